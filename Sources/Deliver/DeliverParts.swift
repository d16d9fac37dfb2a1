internal import DeadLetters
internal import DurableFiles
internal import Logging
internal import Queue
internal import SocialGraph

/// What the parts of one worker share.
struct DeliverParts: Sendable {
    let configuration: DeliverConfiguration
    let queue: any Queue
    let board: DeliveryBoard
    let writer: any BundleWriting
    let deadLetters: DeadLetterFile
    let receipts: ReceiptWriter
    let lookups: AccountsFollower<RecipientLookup>
    let hooks: DeliveryHooks
    let metrics: DeliverMetrics
    let logger: Logger
    /// Sweeps and cursor files.
    let sweepThreads: FileThreads
    /// Single mailboxes that somebody waits for: never behind a sweep.
    let promptThreads: FileThreads
    let leaseThreads: FileThreads

    func stopThreads() {
        sweepThreads.stop()
        promptThreads.stop()
        leaseThreads.stop()
    }
}
