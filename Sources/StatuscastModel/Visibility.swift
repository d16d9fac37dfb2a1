/// Who may see a status. The raw value is the byte in items; the name is the word of the client API.
public enum Visibility: UInt8, Sendable, CaseIterable {
    case `public` = 1
    case unlisted = 2
    /// Followers and those mentioned.
    case `private` = 3
    /// Those mentioned only.
    case direct = 4

    public var name: String {
        switch self {
        case .public: "public"
        case .unlisted: "unlisted"
        case .private: "private"
        case .direct: "direct"
        }
    }

    public init?(name: String) {
        guard let match = Visibility.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }
}
