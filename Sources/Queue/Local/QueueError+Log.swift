internal import DurableFiles
internal import SegmentLog

extension QueueError {
    init(_ error: SegmentLogError) {
        let code: Code =
            switch error.code {
            case .corrupt: .corrupt
            case .unsupportedVersion: .unsupportedVersion
            case .full: .full
            case .closed, .failed: .closed
            case .invalid: .invalid
            default: .temporary
            }
        self.init(code, error.description)
    }

    init(_ error: FileError) {
        let code: Code =
            switch error.code {
            case .full: .full
            case .syncFailed: .closed
            default: .invalid
            }
        self.init(code, error.description)
    }
}
