internal import DurableFiles
internal import Foundation
internal import Yams

/// The file as it was written: texts and lines by dotted key, and what is wrong with its shape. What the keys mean is
/// not known here.
struct ConfigurationFile {
    struct Entry {
        var text: String
        var line: Int
        var isList: Bool
    }

    static let bytesMax = 1 << 20

    let path: String
    private(set) var entries: [String: Entry] = [:]
    private(set) var faults: [Fault] = []

    /// Sections that were left empty, with their lines; a key without a value looks the same.
    private(set) var empty: [String: Int] = [:]

    init(path: String) {
        self.path = path
        do {
            let bytes = try PosixFileSystem().contents(of: path, limitBytes: Self.bytesMax)
            guard let root = try Parser(yaml: Data(bytes)).singleRoot() else { return }
            // All that a file of comments holds is nothing.
            if root.null != nil, root.scalar != nil { return }
            guard let mapping = root.mapping else {
                faults.append(Fault(place(root), "is no list of settings; a line reads \"name: value\""))
                return
            }
            read(mapping, [])
        } catch let error as YamlError {
            faults.append(Self.fault(error, path))
        } catch {
            faults.append(Fault(path, "cannot be read: \(error)"))
        }
    }

    func place(line: Int) -> String { "\(path):\(line)" }

    private func place(_ node: Node) -> String { place(line: node.mark?.line ?? 1) }

    private mutating func read(_ mapping: Node.Mapping, _ path: [String]) {
        for (name, node) in mapping {
            guard let written = name.scalar?.string else {
                faults.append(Fault(place(name), "a setting's name is a word"))
                continue
            }
            read(node, path + [written], line: name.mark?.line ?? 1)
        }
    }

    private mutating func read(_ node: Node, _ path: [String], line: Int) {
        let key = path.joined(separator: ".")
        // `front:` with `listen:` under it and `front.listen:` are the same key, and may stand there once.
        if let earlier = entries[key]?.line {
            faults.append(Fault(place(line: line), "\(key) was set in line \(earlier) already"))
        } else if let mapping = node.mapping {
            read(mapping, path)
        } else if let sequence = node.sequence {
            let texts = sequence.compactMap { $0.scalar?.string }
            guard texts.count == sequence.count else {
                faults.append(Fault(place(line: line), "\(key) is a list of something else than values"))
                return
            }
            entries[key] = Entry(text: texts.joined(separator: ","), line: line, isList: true)
        } else if let scalar = node.scalar {
            if scalar.style == .plain, ["", "~", "null"].contains(scalar.string) {
                empty[key] = line
            } else {
                entries[key] = Entry(text: scalar.string, line: line, isList: false)
            }
        } else {
            faults.append(
                Fault(place(line: line), "\(key) refers to another place of the file; write the value itself"))
        }
    }

    private static func fault(_ error: YamlError, _ path: String) -> Fault {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return Fault("\(path):\(mark.line)", "is no YAML: \(problem) (column \(mark.column))")
        case .duplicatedKeysInMapping(let duplicates, let context):
            return Fault(
                "\(path):\(context.mark.line)",
                "a name stands twice in the section that begins here: \(duplicates.sorted().joined(separator: ", "))")
        case .reader(let problem, _, _, _):
            return Fault(path, "is no YAML: \(problem)")
        case .dataCouldNotBeDecoded:
            return Fault(path, "is no UTF-8 text")
        default:
            return Fault(path, "is no YAML: \(error)")
        }
    }
}
