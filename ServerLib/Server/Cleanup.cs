using ServerLib.Diagnostics;

namespace ServerLib.Server;

/// <summary>Runs the steps at the end of a connection or of the server. A step that fails is logged, and the next one still runs.</summary>
internal static class Cleanup
{
    /// <summary>Runs a step.</summary>
    /// <param name="events">Logs the failure.</param>
    /// <param name="step">What the step does, in the imperative.</param>
    /// <param name="action">The step.</param>
    public static async ValueTask TryAsync(ServerEvents events, string step, Func<ValueTask> action)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            events.CleanupFailed(step, e);
        }
    }
}
