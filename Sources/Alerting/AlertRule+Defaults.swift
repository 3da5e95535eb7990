extension AlertRule {
    /// The rules of `alerts.json` as it was when the program was built; a new store holds them.
    package static let defaults: [AlertRule] = {
        let text = String(decoding: PackageResources.alerts_json, as: UTF8.self)
        do {
            return try AlertsFile.decode(text).rules
        } catch {
            preconditionFailure("the embedded alerts.json is tested to be valid: \(error)")
        }
    }()
}
