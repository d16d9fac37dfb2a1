import Assembly

@main
struct StatuscastLoad {
    static func main() { LaterRole.refuse("statuscast-load", "worlds, load, the ledger and reports") }
}
