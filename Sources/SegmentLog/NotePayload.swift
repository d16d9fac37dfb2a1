/// The payload of a note record: key length u32, key, value.
struct NotePayload {
    var key: [UInt8]
    var value: [UInt8]

    init(key: [UInt8], value: [UInt8]) {
        self.key = key
        self.value = value
    }

    init?(_ payload: UnsafeRawBufferPointer) {
        guard payload.count >= 4 else { return nil }
        let keyBytes = Int(payload.get(UInt32.self, at: 0))
        guard keyBytes <= payload.count - 4 else { return nil }
        key = Array(payload[4..<4 + keyBytes])
        value = Array(payload[(4 + keyBytes)...])
    }

    func encoded() -> [UInt8] {
        var sink = ByteSink()
        sink.bytes.reserveCapacity(4 + key.count + value.count)
        sink.put(UInt32(key.count))
        sink.put(key)
        sink.put(value)
        return sink.bytes
    }
}
