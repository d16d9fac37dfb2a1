/// A process that reads settings, by the name that its metrics carry.
public enum ProcessKind: String, Sendable, Hashable, CaseIterable {
    case queue, store, receive, deliver, api
    /// All roles in one.
    case up

    public var executable: String { self == .up ? "statuscast up" : "statuscast-\(rawValue)" }
}

/// One row of the catalogue: what there is to say of a setting whatever its type.
public struct Setting: Sendable {
    /// As in the file, dots between the sections: `front.listen`.
    public let name: String
    /// With its dashes; nil where only `--set` sets it.
    public let flag: String?
    /// Form and bounds, for people.
    public let form: String
    /// As one would write it; empty where there is no default.
    public let standard: String
    /// Stands in the example where there is no default.
    public let sample: String
    public let meaning: String
    /// In the order of the enumeration.
    public let readers: [ProcessKind]
    /// Whether SIGHUP changes it in a running process.
    public let isReloadable: Bool
    /// Never shown, neither by `config print` nor in messages.
    public let isSecret: Bool
    /// Whether the file may give a list.
    public let isList: Bool
    /// A `Parsed` of the key's type, nil for what is not of the form.
    let parse: @Sendable (String) -> (any Sendable)?
    /// A `Parsed` of the default.
    let standardParsed: any Sendable

    /// `STATUSCAST_FRONT_LISTEN`.
    public var environmentName: String {
        "STATUSCAST_" + name.uppercased().replacing(".", with: "_")
    }
}

/// A setting with its type. Keys are constants of `Keys`; whoever adds one lists it in its section's array.
public struct Key<Value: Sendable>: Sendable {
    public let setting: Setting
    public let standard: Value

    public init(
        _ name: String, _ kind: Kind<Value>, _ standard: Value, flag: String? = nil, sample: String = "",
        readers: Set<ProcessKind>, isReloadable: Bool = false, isSecret: Bool = false, _ meaning: String
    ) {
        self.standard = standard
        setting = Setting(
            name: name, flag: flag, form: kind.form, standard: kind.text(standard), sample: sample, meaning: meaning,
            readers: ProcessKind.allCases.filter(readers.contains), isReloadable: isReloadable, isSecret: isSecret,
            isList: kind.isList, parse: { text in kind.parse(text).map(Parsed.init) },
            standardParsed: Parsed(value: standard))
    }

    public var name: String { setting.name }
}

/// Keeps optional values apart from absent ones when the type is erased.
struct Parsed<Value: Sendable>: Sendable {
    let value: Value
}

/// Namespace of all keys, one extension a section of the file.
public enum Keys {}
