/// A setting, a file or a directory that a process cannot start with. The text says what to do about it.
public struct SettingsError: Error, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
