/// Who may make an account.
public enum SignUpMode: String, Sendable, Hashable, CaseIterable {
    case open
    /// Anybody, but an operator lets every account in.
    case approval
    case closed
}
