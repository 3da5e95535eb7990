import AgentEvents
package import EventStorage

extension CallFilter {
    /// The conditions that calls carry, with the store's numbers for names; others are passed over.
    package init(_ filters: [MetricFilter], names snapshot: any StoreSnapshot) throws {
        self.init()
        for filter in filters {
            func names(_ kind: NameKind) throws -> Set<NameIndex> {
                // A name that was never seen matches nothing.
                Set(
                    try filter.values.compactMap { name in
                        try name.map { try snapshot.nameIndex(kind, $0) } ?? NameIndex.none
                    }
                )
            }
            switch filter.dimension {
            case .agent: agents = try names(.agent)
            case .user: users = try names(.user)
            case .session: sessions = try names(.session)
            case .model: models = try names(.model)
            case .provider: providers = try names(.provider)
            case .tool: tools = try names(.tool)
            case .error:
                let known = ErrorClass.allCases.filter { filter.values.contains($0.name) }
                classes = Set(known.map(\.rawValue) + (filter.values.contains(nil) ? [0] : []))
            case .outcome, .minute, .hour, .day: break
            }
        }
    }
}
