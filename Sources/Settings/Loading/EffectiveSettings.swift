/// Where a value comes from.
public enum Origin: Sendable, Hashable, CustomStringConvertible {
    /// With its dashes; `--set` for settings without a flag of their own.
    case flag(String)
    case environment(String)
    case file(path: String, line: Int)
    case standard

    public var description: String {
        switch self {
        case .flag(let flag): flag
        case .environment(let name): name
        case .file(let path, let line): "\(path):\(line)"
        case .standard: "default"
        }
    }
}

/// The values of all settings, checked, each with where it comes from.
public struct EffectiveSettings: Sendable {
    struct Entry: Sendable {
        var text: String
        var origin: Origin
        var parsed: any Sendable
    }

    var entries: [String: Entry]

    public subscript<Value>(key: Key<Value>) -> Value {
        guard let parsed = entries[key.name]?.parsed as? Parsed<Value> else {
            assertionFailure("\(key.name) is missing in the catalogue")
            return key.standard
        }
        return parsed.value
    }

    public func origin(of setting: Setting) -> Origin { entries[setting.name]?.origin ?? .standard }

    /// As written; a secret's text stays here.
    public func text(of setting: Setting) -> String {
        let text = entries[setting.name]?.text ?? setting.standard
        return setting.isSecret && !text.isEmpty ? "(secret)" : text
    }

    public func isGiven<Value>(_ key: Key<Value>) -> Bool { origin(of: key.setting) != .standard }

    /// Names of the settings whose values differ, in the order of the catalogue.
    func differences(from other: EffectiveSettings) -> [Setting] {
        Catalogue.all.filter { entries[$0.name]?.text != other.entries[$0.name]?.text }
    }

    /// Takes the values of these settings from `other`.
    mutating func adopt(_ settings: [Setting], from other: EffectiveSettings) {
        for setting in settings { entries[setting.name] = other.entries[setting.name] }
    }
}
