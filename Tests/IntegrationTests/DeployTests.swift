import Foundation
import Testing

/// What an operator is given: units, installation, package.
@Suite(.timeLimit(.minutes(3)))
struct DeployTests {
    static let services = [
        "statuscast-queue@q1", "statuscast-store", "statuscast-receive", "statuscast-deliver@priority",
        "statuscast-deliver@normal-2", "statuscast-api@3000", "statuscast-up",
    ].map { $0 + ".service" }

    @Test func everyUnitDoesItsWorkAsItIsWritten() throws {
        let directory = try TemporaryDirectory()
        let root = directory.path + "/root"
        let bin = URL(fileURLWithPath: try Products.path("statuscast")).deletingLastPathComponent().path
        try install(bin, ["DESTDIR": root, "PREFIX": "/usr"])
        // Its user has to reach the executables and the data.
        for path in [directory.path, root] { try open(path) }
        let runner = Products.repository + "/deploy/tests/run_units.py"
        let said = try SystemProgram.succeed(Products.python.split(separator: " ").map(String.init) + [runner, root])
        for service in Self.services where !service.hasPrefix("statuscast-api") {
            #expect(said.contains("\"\(service)\""), "\(service) was not run")
        }
    }

    @Test(.enabled(if: SystemProgram.find("systemd-analyze") != nil))
    func theUnitsAreCleanToSystemd() throws {
        let directory = try TemporaryDirectory()
        let prefix = directory.path + "/prefix"
        try install(try standIns(directory.path + "/bin"), ["PREFIX": prefix, "SYSCONFDIR": prefix + "/etc"])
        let units = ["SYSTEMD_UNIT_PATH": prefix + "/lib/systemd/system:"]
        let verified = try SystemProgram.run(
            ["systemd-analyze", "verify", "--man=no", "statuscast.target"] + Self.services, environment: units)
        // It warns of what it ignores, and ends with 0 all the same.
        #expect(verified.exitCode == 0)
        #expect(verified.text == "")
        for service in Self.services {
            // Tenths: 0 is best, 100 worst.
            let rated = try SystemProgram.run(
                ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=12", service],
                environment: units)
            #expect(rated.exitCode == 0, "\(service): \(rated.text.suffix(200))")
        }
    }

    @Test func anUninstallTakesAwayWhatAnInstallHasPut() throws {
        let directory = try TemporaryDirectory()
        let place = ["DESTDIR": directory.path + "/root", "PREFIX": "/usr"]
        try install(try standIns(directory.path + "/bin"), place)
        let etc = directory.path + "/root/etc/statuscast"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: etc + "/own.yaml"))
        #expect(try files(directory.path + "/root").count > 25)
        try SystemProgram.succeed(["scripts/install.sh", "uninstall"], environment: place)
        let left = try files(directory.path + "/root").filter { !$0.hasPrefix("etc/") }
        #expect(left == [])
        #expect(FileManager.default.fileExists(atPath: etc + "/own.yaml"))
    }

    @Test(.enabled(if: SystemProgram.find("dpkg-shlibdeps") != nil))
    func aPackageIsMadeThatBringsEverythingAndStartsNothing() throws {
        let directory = try TemporaryDirectory()
        let folder = directory.path + "/deb"
        try SystemProgram.succeed(["scripts/build-deb.sh", try standIns(directory.path + "/bin"), folder])
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        let package = folder + "/" + name
        #expect(try SystemProgram.succeed(["dpkg-deb", "-f", package, "Depends"]).contains("libc6"))
        try SystemProgram.succeed(["dpkg-deb", "-R", package, directory.path + "/out"])
        let contents = Set(try files(directory.path + "/out"))
        for file in [
            "usr/bin/statuscast-queue", "lib/systemd/system/statuscast.target", "usr/lib/sysusers.d/statuscast.conf",
            "usr/lib/tmpfiles.d/statuscast.conf", "usr/share/man/man1/statuscast-api.1.gz",
            "usr/share/doc/statuscast/operating/install.md", "usr/share/doc/statuscast/copyright",
        ] {
            #expect(contents.contains(file))
        }
        for script in ["postinst", "prerm", "postrm"] {
            let text = try String(contentsOfFile: directory.path + "/out/DEBIAN/" + script, encoding: .utf8)
            #expect(!text.contains("enable") && !text.contains(" start"))
            try SystemProgram.succeed(["sh", "-n", directory.path + "/out/DEBIAN/" + script])
        }
    }

    private func install(_ bin: String, _ place: [String: String]) throws {
        try SystemProgram.succeed(["scripts/install.sh", "install", bin], environment: place)
    }

    private func open(_ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// Small real executables under our names, where what they do is not what is tested.
    private func standIns(_ folder: String) throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for role in ["", "-api", "-queue", "-receive", "-store", "-deliver", "-route", "-load"] {
            try FileManager.default.copyItem(atPath: "/bin/true", toPath: "\(folder)/statuscast\(role)")
        }
        return folder
    }

    /// Paths of all files under a folder.
    private func files(_ folder: String) throws -> [String] {
        try SystemProgram.succeed(["find", ".", "-type", "f", "-printf", "%P\\n"], folder: folder)
            .split(separator: "\n").map(String.init).sorted()
    }
}
