import CanonicalStore
import DurableFiles
import Foundation
import Lease
import Logging
import Peers
import ServiceLifecycle
import StatuscastModel
import Store
import Testing

struct TenureTests {
    @Test func aSecondStoreOnTheSameDirectoryIsRefusedAtOnce() async throws {
        let world = try World()
        try await world.withStore { _ in
            let second = world.role(world.configuration(socket: "second"))
            do {
                try await second.run()
                Issue.record("it ran")
            } catch let error as StoreError {
                #expect(error.code == .inUse)
            }
        }
        await world.end()
    }

    @Test func aSecondStoreOfTheClusterWaitsAWhileForTheLeaseAndGivesUp() async throws {
        let world = try World()
        try await world.withStore { _ in
            var configuration = world.configuration(socket: "second", store: "elsewhere")
            configuration.leaseWaitMilliseconds = 100
            do {
                try await world.role(configuration).run()
                Issue.record("it ran")
            } catch let error as FileError {
                #expect(error.code == .locked)
            }
        }
        await world.end()
    }

    @Test func gracefulShutdownTakesLessThanTwoSeconds() async throws {
        let world = try World()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let services = ServiceGroup(
            configuration: .init(services: [.init(service: world.role(world.configuration()))], logger: logger))
        let task = Task { try await services.run() }
        #expect(try await eventually { await world.judgesChanges() })
        let start = ContinuousClock.now
        await services.triggerGracefulShutdown()
        try await task.value
        #expect(ContinuousClock.now - start < .seconds(2))
        #expect(!FileManager.default.fileExists(atPath: world.path + "/store.sock"))
        await world.end()
    }

    @Test func aFileOfANewerReleaseStopsTheStart() async throws {
        let world = try World()
        try await world.withStore { _ in }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); "
                + "d.execute(\"insert into grdb_migrations values ('users 999')\"); d.commit()",
            world.path + "/store/users-0.sqlite",
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        do {
            try await world.role(world.configuration()).run()
            Issue.record("it ran")
        } catch let error as StoreError {
            #expect(error.code == .unsupportedVersion)
        }
        await world.end()
    }
}
