internal import ArgumentParser
internal import Foundation
internal import Settings

/// The values that a process would have, and where each comes from.
struct ConfigPrint: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "print", abstract: "Print the value of every setting and where it comes from.",
        discussion: "Secrets are not shown. The domain that the cluster file keeps is not looked up.")

    @OptionGroup var data: DataOptions

    @Flag(name: .long, help: "One JSON object, a member a setting: value, origin, default, readers, reloadable.")
    var json = false

    func run() throws {
        let (settings, _) = try ConfigCommand.load(data)
        ConfigCommand.write(json ? try object(settings) : table(settings))
    }

    private func table(_ settings: EffectiveSettings) -> String {
        let rows = Catalogue.all.map { setting in
            (setting.name, settings.text(of: setting), settings.origin(of: setting).description)
        }
        let name = rows.map(\.0.count).max() ?? 0
        let value = min(rows.map(\.1.count).max() ?? 0, 40)
        return rows.map { row in
            "\(padded(row.0, name))  \(padded(row.1.isEmpty ? "-" : row.1, value))  \(row.2)\n"
        }.joined()
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private struct Row: Encodable {
        var value: String
        var origin: String
        var standard: String
        var readers: [String]
        var reloadable: Bool

        enum CodingKeys: String, CodingKey {
            case value, origin, readers, reloadable
            case standard = "default"
        }
    }

    private func object(_ settings: EffectiveSettings) throws -> String {
        let rows = Catalogue.all.map { setting in
            (
                setting.name,
                Row(
                    value: settings.text(of: setting), origin: settings.origin(of: setting).description,
                    standard: setting.standard, readers: setting.readers.map(\.rawValue),
                    reloadable: setting.isReloadable)
            )
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let object = Dictionary(rows, uniquingKeysWith: { first, _ in first })
        return String(decoding: try encoder.encode(object), as: UTF8.self) + "\n"
    }
}
