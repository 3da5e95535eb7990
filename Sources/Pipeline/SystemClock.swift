package import AgentEvents
import Foundation

/// The one place that asks the system for the time.
package enum SystemClock {
    /// The wall clock, to the microsecond.
    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(micros: Int64(time.tv_sec) * Micros.second + Int64(time.tv_nsec) / 1_000)
    }
}
