public import ArgumentParser
internal import Ledger
internal import Load
internal import LoadReport
internal import Operate

/// The subcommands of `statuscast-load` that drive a system and judge what came of it.
public enum LoadCommands {
    public static let all: [any ParsableCommand.Type] = [RunCommand.self, VerifyCommand.self, CompareCommand.self]

    static let exitCodes = "Exit codes: 0 done, 1 it failed or faults were found, 2 wrong usage or configuration."
}

/// Does a command's work; what libraries throw becomes what the command line's entry knows.
func saying<T>(_ body: () async throws -> T) async throws -> T {
    do {
        return try await body()
    } catch let error as LoadError {
        throw OperateError(.failed, error.description)
    } catch let error as LedgerError {
        throw OperateError(.failed, error.description)
    } catch let error as ReportError {
        throw OperateError(.failed, error.description)
    }
}
