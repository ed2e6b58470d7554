using System.Globalization;

namespace ServerLib.Hosting;

/// <summary>The values of options as text.</summary>
internal static class OptionValues
{
    private const string Hidden = "(not shown)";

    /// <summary>All options with their values. A list without items is one entry without a value.</summary>
    public static IEnumerable<OptionValue> Of(ServerOptions options) => OptionSet.Server.All.SelectMany(option => Of(option, options));

    private static IEnumerable<OptionValue> Of(OptionProperty option, object options) => option.Get(options) switch
    {
        IList<ServerEndpoint> { Count: > 0 } endpoints => endpoints.SelectMany((endpoint, number) =>
            OptionSet.Endpoint.All.SelectMany(inner => Of(inner, endpoint)).Where(inner => inner.Value is not null)
                .Select(inner => new OptionValue(Item(option, number, $":{inner.Name}"), inner.Value, option.NeedsRestart))),
        IList<string> { Count: > 0 } items => items.Select((item, number) => new OptionValue(Item(option, number), item, option.NeedsRestart)),
        IList<ServerEndpoint> or IList<string> or null => [new OptionValue(option.Name, Value: null, option.NeedsRestart)],
        var value => [new OptionValue(option.Name, option.IsSecret ? Hidden : Text(value), option.NeedsRestart)],
    };

    private static string Item(OptionProperty list, int number, string below = "") =>
        string.Create(CultureInfo.InvariantCulture, $"{list.Name}:{number}{below}");

    private static string? Text(object value) => value switch
    {
        bool isOn => isOn ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
