using System.Globalization;
using System.Text.Json;
using ServerLib.Administration;

namespace ServerLib.Cli.Watch;

/// <summary>Shows the server's traffic without a terminal: one line for each second.</summary>
internal static class TrafficLine
{
    /// <summary>The line of a second, as text.</summary>
    public static string Text(TrafficSample sample) => string.Create(
        CultureInfo.InvariantCulture,
        $"{sample.Time.ToLocalTime():HH:mm:ss} connections {sample.Connections}, logged in {sample.LoggedIn}, logins {sample.Logins}, "
        + $"failed {sample.FailedLogins}, refused {sample.Refusals}, "
        + $"in {Amounts.Count(sample.MessagesReceived)} messages {Amounts.Bytes(sample.BytesReceived)}, "
        + $"out {Amounts.Count(sample.MessagesSent)} messages {Amounts.Bytes(sample.BytesSent)}");

    /// <summary>The line of a second, as JSON.</summary>
    public static string Json(TrafficSample sample) => JsonSerializer.Serialize(sample, JsonSerializerOptions.Web);

    /// <summary>Prints a line each second, until it is canceled.</summary>
    /// <param name="read">Reads the traffic of the last seconds.</param>
    /// <param name="print">Prints a line.</param>
    /// <param name="asJson">Whether the lines are JSON.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(
        Func<int, CancellationToken, Task<TrafficReport>> read, Action<string> print, bool asJson, TimeProvider time, CancellationToken cancellationToken)
    {
        DateTimeOffset last = DateTimeOffset.MinValue;
        try
        {
            while (true)
            {
                TrafficReport report = await read(last == DateTimeOffset.MinValue ? 1 : 5, cancellationToken).ConfigureAwait(false);
                foreach (TrafficSample sample in report.Samples.Where(sample => sample.Time > last))
                {
                    print(asJson ? Json(sample) : Text(sample));
                    last = sample.Time;
                }

                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl+C.
        }
    }
}
