extension RequestParameters {
    /// The elements of `name[][key]` or `name[0][key]`. Numbers say the order, as the members of JSON objects come in
    /// none; without them it is that of the parameters, and a key that comes again begins the next element.
    func objects(_ name: String) -> [[String: String]] {
        var elements: [(index: String, fields: [String: String])] = []
        for pair in pairs where pair.name.hasPrefix(name + "[") && pair.name.hasSuffix("]") {
            let parts = pair.name.dropFirst(name.count + 1).dropLast().split(
                separator: "][", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let (index, key) = (String(parts[0]), String(parts[1]))
            let place = elements.lastIndex { $0.index == index }
            if let place, !index.isEmpty || elements[place].fields[key] == nil {
                elements[place].fields[key] = pair.value
            } else {
                elements.append((index, [key: pair.value]))
            }
        }
        return elements.enumerated().sorted {
            (Int($0.element.index) ?? .max, $0.offset) < (Int($1.element.index) ?? .max, $1.offset)
        }.map(\.element.fields)
    }
}
