internal import DurableFiles

/// What a machine has on disk and in its page cache: the pure state behind `FaultyFiles`.
struct Disk {
    static let sectorBytes = 512

    struct Inode {
        /// What processes see.
        var cached: [UInt8] = []
        /// What survives for certain.
        var durable: [UInt8] = []
        /// Sectors that differ, or may.
        var dirty: Set<Int> = []
    }

    enum NameChange {
        case link(String, Int)
        case rename(String, String)
        case unlink(String)

        var paths: [String] {
            switch self {
            case .link(let path, _), .unlink(let path): [path]
            case .rename(let from, let to): [from, to]
            }
        }

        func apply(to names: inout [String: Int]) {
            switch self {
            case .link(let path, let inode): names[path] = inode
            case .unlink(let path): names[path] = nil
            case .rename(let from, let to):
                guard let inode = names.removeValue(forKey: from) else { return }
                names[to] = inode
            }
        }
    }

    var random: SeededRandom
    var inodes: [Int: Inode] = [:]
    var names: [String: Int] = [:]
    private var durableNames: [String: Int] = [:]
    private var changes: [NameChange] = []
    private var nextInode = 1

    init(random: SeededRandom) { self.random = random }

    var usedBytes: Int { names.values.reduce(0) { $0 + (inodes[$1]?.cached.count ?? 0) } }

    mutating func create(_ path: String) -> Int {
        defer { nextInode += 1 }
        inodes[nextInode] = Inode()
        change(.link(path, nextInode))
        return nextInode
    }

    mutating func change(_ change: NameChange) {
        change.apply(to: &names)
        changes.append(change)
    }

    mutating func syncDirectory(_ path: String) {
        changes.removeAll { change in
            guard change.paths.contains(where: { parentDirectory(of: $0) == path }) else { return false }
            change.apply(to: &durableNames)
            return true
        }
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, to inode: Int) {
        guard !bytes.isEmpty, inodes[inode] != nil else { return }
        let end = offset + bytes.count
        let size = inodes[inode]?.cached.count ?? 0
        if size < end { inodes[inode]?.cached.append(contentsOf: [UInt8](repeating: 0, count: end - size)) }
        inodes[inode]?.cached.withUnsafeMutableBytes { content in
            UnsafeMutableRawBufferPointer(rebasing: content[offset..<end]).copyMemory(from: bytes)
        }
        for sector in min(offset, size) / Disk.sectorBytes...(end - 1) / Disk.sectorBytes {
            inodes[inode]?.dirty.insert(sector)
        }
    }

    mutating func truncate(_ inode: Int, to size: Int) {
        let old = inodes[inode]?.cached.count ?? 0
        if size < old {
            inodes[inode]?.cached.removeLast(old - size)
            let durable = inodes[inode]?.durable ?? []
            inodes[inode]?.durable = Array(durable.prefix(size))
        } else {
            inodes[inode]?.cached.append(contentsOf: [UInt8](repeating: 0, count: size - old))
        }
    }

    mutating func sync(_ inode: Int) {
        guard let before = inodes[inode] else { return }
        let content = Disk.persisted(before.durable, size: before.cached.count, before.dirty, of: before)
        inodes[inode]?.durable = content
        inodes[inode]?.dirty = []
    }

    /// A sync that fails: any of the dirty sectors made it, and none is dirty any more. What processes see stays.
    mutating func failSync(_ inode: Int) {
        guard let before = inodes[inode] else { return }
        let content = survivors(of: before)
        inodes[inode]?.durable = content
        inodes[inode]?.dirty = []
    }

    /// Power is cut: of each dirty sector the old or the new content survives, of each name change since the directory
    /// was synced any subset.
    mutating func losePower() {
        for change in changes where random.oneIn(2) { change.apply(to: &durableNames) }
        changes = []
        names = durableNames
        let kept = Set(names.values)
        inodes = inodes.filter { kept.contains($0.key) }
        for (number, inode) in inodes {
            let content = inode.dirty.isEmpty ? inode.durable : survivors(of: inode)
            inodes[number] = Inode(cached: content, durable: content)
        }
    }

    private mutating func survivors(of inode: Inode) -> [UInt8] {
        let grows = inode.cached.count > inode.durable.count && random.oneIn(2)
        let mode = Int.random(in: 0..<4, using: &random)
        var sectors: Set<Int> = []
        for sector in inode.dirty.sorted() where mode == 0 || (mode > 1 && random.oneIn(2)) { sectors.insert(sector) }
        let size = grows ? inode.cached.count : inode.durable.count
        return Disk.persisted(inode.durable, size: size, sectors, of: inode)
    }

    /// `content` at the given size, with some sectors as they are in the cache. Others stay as they were, also where
    /// the cache shows something else: a failed sync may have lost that.
    private static func persisted(_ content: [UInt8], size: Int, _ sectors: Set<Int>, of inode: Inode) -> [UInt8] {
        var content = content
        if size > content.count { content += [UInt8](repeating: 0, count: size - content.count) }
        for sector in sectors {
            let start = sector * sectorBytes
            let end = min(start + sectorBytes, content.count, inode.cached.count)
            if start < end { content.replaceSubrange(start..<end, with: inode.cached[start..<end]) }
        }
        return content
    }
}
