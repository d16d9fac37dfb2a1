internal import DeadLetters
internal import HashRing
internal import Queue
internal import Settings
internal import StatuscastModel

/// What has to be appended so that a dead letter is tried again.
struct LetterFrames: Sendable {
    /// Why a letter cannot be replayed, in words.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    let cluster: ClusterFile

    func frames(of letter: DeadLetter) throws(Refusal) -> [OutgoingFrame] {
        let count = letter.topic == Topics.accounts ? cluster.userShards : cluster.partitions.rawValue
        guard Topics.all.contains(where: { $0.topic == letter.topic }), letter.partition < count else {
            throw Refusal(description: "there is no \(letter.topic)/\(letter.partition) in this cluster")
        }
        guard letter.content != .record else { return [try frame(ofRecord: letter)] }
        guard !letter.bytes.isEmpty || letter.content == .item else {
            throw Refusal(description: "the queue had no readable copy of it, so there is nothing to replay; drop it")
        }
        if letter.content == .frame || letter.content == nil && isFrame(letter.bytes) {
            return [OutgoingFrame(partition: PartitionIndex(rawValue: letter.partition), bytes: Array(letter.bytes))]
        }
        if letter.lane != nil, let item = try? DeliveryItem(decoding: letter.bytes) { return frames(of: item, letter) }
        return [frame([Array(letter.bytes)], PartitionIndex(rawValue: letter.partition))]
    }

    /// A record goes to its mailbox alone.
    private func frame(ofRecord letter: DeadLetter) throws(Refusal) -> OutgoingFrame {
        guard let text = letter.address, let address = Address(text), let id = letter.id else {
            throw Refusal(description: "it names no mailbox, or no id, to deliver it to")
        }
        let item = DeliveryItem(id: id, author: nil, toFollowers: false, addresses: [address], record: letter.bytes)
        return frame([item.encoded()], cluster.partitions.partition(of: address))
    }

    /// An item that had addresses of other partitions goes to each of them with its own.
    private func frames(of item: DeliveryItem, _ letter: DeadLetter) -> [OutgoingFrame] {
        let origin = PartitionIndex(rawValue: letter.partition)
        var byPartition = Dictionary(grouping: item.addresses) { cluster.partitions.partition(of: $0) }
        if item.toFollowers { byPartition[origin, default: []] += [] }
        return byPartition.sorted { $0.key.rawValue < $1.key.rawValue }.map { partition, addresses in
            var part = item
            part.addresses = addresses
            part.toFollowers = item.toFollowers && partition == origin
            return frame([part.encoded()], partition)
        }
    }

    private func frame(_ items: [[UInt8]], _ partition: PartitionIndex) -> OutgoingFrame {
        OutgoingFrame(partition: partition, bytes: ItemBatch.encoded(items))
    }

    /// Version 1 does not say what the bytes are.
    private func isFrame(_ bytes: ArraySlice<UInt8>) -> Bool {
        ((try? ItemBatch.items(of: Array(bytes))) ?? []).isEmpty == false
    }
}
