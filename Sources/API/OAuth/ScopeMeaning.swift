/// What a scope lets an application do, in words for the person who is asked.
enum ScopeMeaning {
    static func words(_ scope: String) -> String {
        switch scope {
        case "read": return "read everything in your account, also what is not public"
        case "write": return "post in your name and change everything in your account"
        case "follow": return "change whom you follow, mute and block"
        case "push": return "send you notifications"
        case "profile": return "see who you are"
        default:
            let parts = scope.split(separator: ":").map(String.init)
            guard parts.count > 1 else { return scope }
            let subject = parts.dropFirst().joined(separator: " ").replacing("_", with: " ")
            return parts[0] == "read" ? "read your \(subject)" : "\(parts[0]) your \(subject)"
        }
    }
}
