import Foundation
import Load
import Measuring

/// `nginx` with one file for each page.
struct NginxServer: Sendable {
    let child: ChildProcess
    let port: Int

    static func path(_ number: Int) -> String { "/home/\(number).json" }

    static func start(
        _ program: String, directory: String, _ peers: Peers, files: [[UInt8]]
    ) async throws -> NginxServer {
        let port = try await FreePort.find()
        try FileManager.default.createDirectory(
            atPath: directory + "/root/home", withIntermediateDirectories: true)
        for (number, body) in files.enumerated() {
            try Data(body).write(to: URL(fileURLWithPath: directory + "/root" + path(number)))
        }
        let file = directory + "/nginx.conf"
        try Data(configuration(port, directory).utf8).write(to: URL(fileURLWithPath: file))
        let child = try ChildProcess(
            program, ["-p", directory, "-c", file, "-e", directory + "/error.log"], output: directory + "/out",
            environment: peers.environment)
        do {
            try await child.waitUntilReady { try await serves(files.first ?? [], port) }
        } catch {
            child.stop()
            throw error
        }
        return NginxServer(child: child, port: port)
    }

    private static func serves(_ body: [UInt8], _ port: Int) async throws -> Bool {
        let connection = try await HTTPConnection.connect(host: "127.0.0.1", port: port)
        let answer = try await connection.send(
            HTTPRequest(authority: "127.0.0.1").bytes("GET", path(0)))
        await connection.close()
        return answer.status == 200 && answer.body == body
    }

    /// As root a worker becomes another user unless it is told; who is not root is warned and stays who he is.
    private static func configuration(_ port: Int, _ directory: String) -> String {
        """
        daemon off;
        \(getuid() == 0 ? "user root;" : "")
        worker_processes 1;
        pid \(directory)/nginx.pid;
        events { worker_connections 1024; }
        http {
            access_log off;
            sendfile on;
            tcp_nopush on;
            keepalive_requests 1000000000;
            open_file_cache max=1000;
            default_type application/json;
            client_body_temp_path \(directory)/body;
            proxy_temp_path \(directory)/proxy;
            fastcgi_temp_path \(directory)/fastcgi;
            uwsgi_temp_path \(directory)/uwsgi;
            scgi_temp_path \(directory)/scgi;
            server {
                listen 127.0.0.1:\(port);
                root \(directory)/root;
            }
        }
        """
    }
}
