namespace ServerLib.Diagnostics;

/// <summary>Measures how long handlers take. Costs nothing if nobody asks.</summary>
/// <param name="metrics">Gets the durations.</param>
/// <param name="tracing">Gets a span for each slow call.</param>
/// <param name="time">The clock.</param>
internal sealed class HandlerTiming(ServerMetrics metrics, ServerTracing tracing, TimeProvider time)
{
    /// <summary>A handler is about to be called.</summary>
    /// <returns>The time stamp; 0 if nothing is measured.</returns>
    public long Begin() => metrics.TimesHandlers || tracing.HasListeners ? time.GetTimestamp() : 0;

    /// <summary>The handler has returned or thrown.</summary>
    /// <param name="started">What <see cref="Begin"/> has returned.</param>
    /// <param name="call">The call.</param>
    /// <param name="failure">The exception; <see langword="null"/> if there was none.</param>
    public void End(long started, HandlerCall call, Exception? failure = null)
    {
        if (started == 0)
            return;
        TimeSpan duration = time.GetElapsedTime(started);
        metrics.Handled(duration, call.Kind, call.Method);
        tracing.Handled(duration, call, failure);
    }

    /// <summary>Awaits a handler that has not returned at once.</summary>
    public async ValueTask AwaitAsync(ValueTask handling, long started, HandlerCall call)
    {
        Exception? failure = null;
        try
        {
            await handling.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            End(started, call, failure);
        }
    }
}
