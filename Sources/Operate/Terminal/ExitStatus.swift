/// What the operator's command answers to whoever called it; `docs/operating/command.md` lists them for scripts.
public enum ExitStatus: Int32, Sendable {
    case done = 0
    /// It was tried and did not work, or damage was found.
    case failed = 1
    /// The command line or the configuration is wrong; nothing was tried.
    case usage = 2
    /// What was named does not exist.
    case notFound = 66
    /// A process that has to answer is not there.
    case unavailable = 69
    /// It may work if it is tried again in a moment.
    case temporary = 75

    /// For the end of a command's help.
    static let help = """
        Exit codes: 0 done, 1 failed or damage found, 2 wrong usage or configuration, 66 not found, 69 a process that \
        has to answer is away, 75 try again in a moment.
        """
}

/// Why a command ends without having done its work: a sentence for people, and a code for scripts.
public struct OperateError: Error, Sendable, Hashable, CustomStringConvertible {
    public let status: ExitStatus
    /// What happened to what, and what to do about it.
    public let description: String

    public init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }
}
