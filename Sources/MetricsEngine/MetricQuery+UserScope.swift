import AgentEvents
import EventStorage

extension MetricQuery {
    /// Whom the filters leave, as narrow as one filter on users or sessions tells.
    ///
    /// - Throws: what the store throws.
    func userScope(_ names: any StoreSnapshot) throws -> UserScope {
        for filter in filters {
            guard let kind = filter.dimension.nameKind, kind == .user || kind == .session else {
                continue
            }
            let values = filter.values.compactMap { $0 }
            // Who names nobody cannot be looked up by name.
            guard values.count == filter.values.count else { continue }
            return .names(try values.compactMap { try names.nameIndex(kind, $0) })
        }
        return .all
    }
}
