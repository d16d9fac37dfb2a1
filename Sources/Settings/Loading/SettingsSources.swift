internal import Configuration

/// A value from the command line.
public struct GivenFlag: Sendable, Hashable {
    public var name: String
    public var text: String
    /// As the person wrote it, for messages.
    public var flag: String

    public init(name: String, text: String, flag: String) {
        self.name = name
        self.text = text
        self.flag = flag
    }
}

/// Where the values of settings come from, the strongest first: flags, environment, file, defaults. Loading reads the
/// file anew each time, so that a running process can be told of changes.
public struct SettingsSources: Sendable {
    public var flags: [GivenFlag]
    public var environment: [String: String]
    /// Nil: no file.
    public var file: String?

    public init(flags: [GivenFlag] = [], environment: [String: String] = [:], file: String? = nil) {
        self.flags = flags
        self.environment = environment
        self.file = file
    }

    /// Blocks while it reads the file. Throws all faults of all sources together.
    public func load() throws(ConfigurationFaults) -> EffectiveSettings {
        let file = file.map(ConfigurationFile.init(path:))
        var faults = unknownFlags() + (file.map { $0.faults + unknownKeys($0) } ?? [])
        let layers = layers(file)
        var entries: [String: EffectiveSettings.Entry] = [:]
        for setting in Catalogue.all {
            guard let (text, origin) = Self.lookUp(setting, layers) else {
                entries[setting.name] = .init(
                    text: setting.standard, origin: .standard, parsed: setting.standardParsed)
                continue
            }
            if let parsed = setting.parse(text) {
                entries[setting.name] = .init(text: text, origin: origin, parsed: parsed)
            } else {
                faults.append(Self.fault(setting, text, origin))
            }
        }
        let settings = EffectiveSettings(entries: entries)
        guard faults.isEmpty else { throw ConfigurationFaults(faults) }
        return settings
    }

    /// Names in the environment that begin like settings and are none. They may belong to something else, so they are
    /// no faults; a process says them when it starts.
    public var unknownEnvironmentNames: [(name: String, nearest: String)] {
        let known = Catalogue.all.map(\.environmentName)
        return environment.keys.sorted().compactMap { name in
            guard name.hasPrefix("STATUSCAST_"), !known.contains(name),
                let nearest = Catalogue.nearest(to: name, among: known)
            else { return nil }
            return (name, nearest)
        }
    }

    private typealias Layer = (provider: any ConfigProvider, origin: @Sendable (Setting) -> Origin)

    private func layers(_ file: ConfigurationFile?) -> [Layer] {
        let flagOfName = Dictionary(flags.map { ($0.name, $0.flag) }, uniquingKeysWith: { first, _ in first })
        let given = Dictionary(flags.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
        let entries = file?.entries ?? [:]
        let path = file?.path ?? ""
        return [
            (Self.provider("flags", given), { .flag(flagOfName[$0.name] ?? "--set") }),
            (
                // A variable without a text is what service managers make of one that is not set.
                EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty })
                    .prefixKeys(with: "statuscast"),
                { .environment($0.environmentName) }
            ),
            (
                Self.provider("file", entries.mapValues(\.text)),
                { .file(path: path, line: entries[$0.name]?.line ?? 1) }
            ),
        ]
    }

    private static func provider(_ name: String, _ texts: [String: String]) -> InMemoryProvider {
        let values = texts.map {
            (AbsoluteConfigKey(components($0.key)), ConfigValue(.string($0.value), isSecret: false))
        }
        return InMemoryProvider(name: name, values: Dictionary(values, uniquingKeysWith: { first, _ in first }))
    }

    private static func components(_ name: String) -> [String] { name.split(separator: ".").map(String.init) }

    private static func lookUp(_ setting: Setting, _ layers: [Layer]) -> (String, Origin)? {
        let key = AbsoluteConfigKey(components(setting.name))
        for (provider, origin) in layers {
            guard case .string(let text)? = try? provider.value(forKey: key, type: .string).value?.content else {
                continue
            }
            return (text, origin(setting))
        }
        return nil
    }
}
