import AgentEvents

/// The fingerprint by which Prometheus and Alertmanager know a set of labels: FNV-1a of 64 bits over
/// the sorted names and values, with a byte 255 after each.
enum LabelFingerprint {
    static func text(of labels: [String: String]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for (name, value) in labels.sorted(by: {
            $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
        }) {
            for byte in [Array(name.utf8), [255], Array(value.utf8), [255]].joined() {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
            }
        }
        return Hexadecimal.text(hash, digits: 16)
    }
}
