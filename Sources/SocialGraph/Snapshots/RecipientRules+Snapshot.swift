public import DurableFiles
internal import HashRing
public import StatuscastModel

extension RecipientRules {
    /// What lies between accounts as it is, with the versions of what was taken back; filters as the facts they follow of.
    public func write(to writer: inout SnapshotWriter) throws(FileError) {
        var state = ByteWriter()
        state.id(newest)
        try writer.section(.rulesState, state)
        var content = ByteWriter(reserving: SnapshotSection.fullBytes)
        for (pair, edge) in edges {
            content.integer(pair.recipient)
            content.integer(pair.other)
            edge.encode(into: &content)
            try writer.sectionIfFull(.rules, &content)
        }
        try writer.section(.rules, content)
        content = ByteWriter(reserving: SnapshotSection.fullBytes)
        for (owner, known) in filters {
            for fact in known.facts(of: AccountID(rawValue: owner)) {
                content.blob(fact.encoded())
                try writer.sectionIfFull(.filters, &content)
            }
        }
        try writer.section(.filters, content)
    }

    public mutating func restore(_ section: SnapshotSection) throws(DecodeError) {
        var reader = ByteReader(section.content)
        switch section.kind {
        case .rulesState: restore(newest: try reader.id("newest event"))
        case .rules: while !reader.isAtEnd { try restoreEdge(&reader) }
        case .filters: while !reader.isAtEnd { apply(try AccountEvent(decoding: try reader.blob("filter"))) }
        default: break
        }
    }

    private mutating func restoreEdge(_ reader: inout ByteReader) throws(DecodeError) {
        let recipient: AccountID = try reader.id("recipient")
        let other: AccountID = try reader.id("other")
        guard restore(try RuleEdge(from: &reader), of: recipient, to: other) else {
            throw DecodeError(field: "rule", reason: .invalid("\(recipient) is of another partition or there twice"))
        }
    }
}

extension RuleEdge {
    func encode(into writer: inout ByteWriter) {
        for flag in [block, blockedBy, mute, hidesReblogs] { writer.integer(flag.bits) }
        writer.integer(muteUntilUnixMilliseconds)
        writer.flag(muteHidesNotifications)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        block = VersionedFlag(bits: try reader.integer("block"))
        blockedBy = VersionedFlag(bits: try reader.integer("blocked by"))
        mute = VersionedFlag(bits: try reader.integer("mute"))
        hidesReblogs = VersionedFlag(bits: try reader.integer("hides reblogs"))
        muteUntilUnixMilliseconds = try reader.integer("muted until")
        muteHidesNotifications = try reader.flag("mute hides notifications")
    }
}
