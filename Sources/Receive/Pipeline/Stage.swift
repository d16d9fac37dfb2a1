internal import HashRing
internal import Logging
internal import Queue
internal import Receipts
internal import StatuscastModel

/// One step of the pipeline: what it makes of an item. The loop around it does leases, reading, appending, committing.
///
/// An item may come again, after a crash with others in between: what a stage makes of it must then be harmless.
protocol Stage: Sendable {
    /// Scope of its leases, its consumer group, and its name in logs, metrics and file names.
    var name: String { get }
    /// What it reads; the first is taken first, however much waits in the others.
    var topics: [String] { get }
    var partitions: [PartitionIndex] { get }
    /// False where another stage reads the same topic and puts aside what cannot be handled.
    var keepsDeadLetters: Bool { get }

    /// Called before each batch: brings look-ups to the present. False: it cannot, and the role is ending.
    mutating func prepare() async -> Bool

    /// Shows all items of a batch that can be told apart, before any of them is handled.
    mutating func foresee(_ items: [(partition: PartitionIndex, bytes: ArraySlice<UInt8>)])

    /// Turns one item into items of other topics. A throw puts the item aside.
    mutating func handle(
        _ item: ArraySlice<UInt8>, of partition: PartitionIndex, into outputs: inout StageOutputs
    ) throws(DecodeError)

    /// What was sent where since the last call, for the books of this stage; asked after it was appended and before it
    /// is committed.
    mutating func takeReceipts() -> [PartitionIndex: [ReceiptEntry]]

    /// A lease was gained, with what the last holder left behind in it, or given up; `relinquish` answers what to
    /// leave.
    mutating func adopt(_ partition: PartitionIndex, remembered: [UInt8]?)
    mutating func relinquish(_ partition: PartitionIndex) -> [UInt8]?
}

extension Stage {
    var keepsDeadLetters: Bool { true }
    mutating func foresee(_ items: [(partition: PartitionIndex, bytes: ArraySlice<UInt8>)]) {}
    mutating func takeReceipts() -> [PartitionIndex: [ReceiptEntry]] { [:] }
    mutating func adopt(_ partition: PartitionIndex, remembered: [UInt8]?) {}
    mutating func relinquish(_ partition: PartitionIndex) -> [UInt8]? { nil }
}

/// What the stages of a role share.
struct StageContext: Sendable {
    let configuration: ReceiveConfiguration
    let queue: any Queue
    let files: StageFiles
    let stop: StopSignal
    let held: HeldPartitions
    let logger: Logger
}
