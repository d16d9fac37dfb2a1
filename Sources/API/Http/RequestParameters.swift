internal import StatuscastModel

/// What a client sent along, from the query and from a form, multipart or JSON body: pairs of name and text, arrays
/// as `name[]` and objects as `name[key]`, all kinds alike.
///
/// Text is UTF-8 without NUL; anything else was refused with 422 when it was read.
struct RequestParameters: Sendable, Equatable {
    struct Pair: Sendable, Equatable {
        var name: String
        var value: String
    }

    private(set) var pairs: [Pair] = []
    /// Only where the endpoint takes files.
    private(set) var files: [UploadedFile] = []

    static let pairsMax = 1_000
    static let filesMax = 4

    init() {}

    mutating func add(_ name: String, _ value: String) throws(ClientError) {
        guard pairs.count < RequestParameters.pairsMax else { throw .badRequest("Too many parameters") }
        guard !value.utf8.contains(0), !name.utf8.contains(0) else {
            throw .validation("\(RequestParameters.shown(name)) contains a NUL character")
        }
        pairs.append(Pair(name: name, value: value))
    }

    mutating func add(_ file: UploadedFile) throws(ClientError) {
        guard files.count < RequestParameters.filesMax else { throw .badRequest("Too many files") }
        files.append(file)
    }

    /// The file that came as `name`, if there is one.
    func file(_ name: String) -> UploadedFile? { files.last { $0.field == name } }

    /// The last value of that name.
    subscript(_ name: String) -> String? { pairs.last { $0.name == name }?.value }

    /// The value, if there is one and it is not empty.
    func text(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }

    /// `true`, `1`, `on`, `t` and `yes` in any case are true; an absent name is `fallback`, all else is false.
    func flag(_ name: String, default fallback: Bool = false) -> Bool {
        guard let value = self[name] else { return fallback }
        return ["true", "1", "on", "t", "yes"].contains(value.lowercased())
    }

    /// The values of `name[]`, `name[0]` …, and of `name` itself, in order.
    func list(_ name: String) -> [String] {
        pairs.filter { pair in
            pair.name == name
                || (pair.name.hasPrefix(name + "[") && RequestParameters.isIndex(pair.name.dropFirst(name.count)))
        }.map(\.value)
    }

    func integer(_ name: String) -> Int? { self[name].flatMap { Int($0) } }

    /// A cursor as clients send it: decimal digits. Absent or empty is none; one above 2^63 counts as the highest.
    func cursor(_ name: String) throws(ClientError) -> UInt64? {
        guard let text = text(name) else { return nil }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw .badRequest("\(name) is not an id")
        }
        let highest = UInt64(Int64.max)
        return min(UInt64(text) ?? highest, highest)
    }

    mutating func merge(_ other: RequestParameters) throws(ClientError) {
        for pair in other.pairs { try add(pair.name, pair.value) }
        for file in other.files { try add(file) }
    }

    /// A name from outside as it may appear in an answer.
    static func shown(_ name: String) -> String {
        String(name.unicodeScalars.filter { $0.value >= 0x20 }.prefix(40).map(Character.init))
    }

    private static func isIndex(_ suffix: Substring) -> Bool {
        suffix.hasSuffix("]")
            && suffix.dropFirst().dropLast().utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
    }
}

extension RequestParameters {
    /// `a=b&c=d`, from a query or a form.
    static func form(_ bytes: some Collection<UInt8>) throws(ClientError) -> RequestParameters {
        var parameters = RequestParameters()
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            let separator = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            guard let name = PercentEncoding.decoded(part[..<separator], plusIsSpace: true) else {
                throw .validation("a parameter's name is not valid UTF-8")
            }
            guard let value = PercentEncoding.decoded(part[separator...].dropFirst(), plusIsSpace: true) else {
                throw .validation("\(shown(name)) is not valid UTF-8")
            }
            try parameters.add(name, value)
        }
        return parameters
    }
}
