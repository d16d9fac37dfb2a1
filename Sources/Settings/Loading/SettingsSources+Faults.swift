extension SettingsSources {
    func unknownFlags() -> [Fault] {
        var seen: [String: String] = [:]
        return flags.compactMap { given in
            guard Catalogue.byName[given.name] != nil else {
                return Fault(given.flag, Self.unknown(given.name))
            }
            if let earlier = seen.updateValue(given.flag, forKey: given.name) {
                return Fault(given.flag, "\(given.name) is set by \(earlier) already")
            }
            return nil
        }
    }

    func unknownKeys(_ file: ConfigurationFile) -> [Fault] {
        var faults: [(line: Int, fault: Fault)] = []
        for (name, entry) in file.entries {
            let place = file.place(line: entry.line)
            if let setting = Catalogue.byName[name] {
                guard entry.isList, !setting.isList else { continue }
                faults.append((entry.line, Fault(place, "\(name) is a list and should be one value")))
            } else {
                faults.append((entry.line, Fault(place, Self.unknown(name))))
            }
        }
        for (name, line) in file.empty where !Catalogue.all.contains(where: { $0.name.hasPrefix(name + ".") }) {
            let text = Catalogue.byName[name] == nil ? Self.unknown(name) : "\(name) has no value"
            faults.append((line, Fault(file.place(line: line), text)))
        }
        return faults.sorted { $0.line < $1.line }.map(\.fault)
    }

    static func fault(_ setting: Setting, _ text: String, _ origin: Origin) -> Fault {
        let shown = setting.isSecret ? "its value" : "\"\(text.prefix(200))\""
        return Fault(origin.description, "\(setting.name): \(shown) is wrong; it should be \(setting.form)")
    }

    private static func unknown(_ name: String) -> String {
        let shown = name.prefix(200)
        guard let nearest = Catalogue.nearest(to: name) else { return "\(shown) is no setting" }
        return "\(shown) is no setting; did you mean \(nearest)?"
    }
}
