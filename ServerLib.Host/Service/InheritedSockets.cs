using System.Globalization;
using System.Net.Sockets;

namespace ServerLib.Cli.Service;

/// <summary>The sockets that systemd has opened for the server (socket activation).</summary>
internal static class InheritedSockets
{
    private const int FirstDescriptor = 3;

    /// <summary>Takes the sockets. They replace the configured addresses and ports.</summary>
    /// <param name="variables">The environment.</param>
    /// <param name="processId">This process. Variables for another process, such as the parent, are ignored.</param>
    /// <exception cref="WrongUsageException">What was passed is not a socket.</exception>
    public static IReadOnlyList<Socket> Take(IReadOnlyDictionary<string, string?> variables, int processId)
    {
        if (!Is("LISTEN_PID", processId)
            || !int.TryParse(variables.GetValueOrDefault("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            return [];
        string[] names = (variables.GetValueOrDefault("LISTEN_FDNAMES") ?? "").Split(':');
        return [.. Enumerable.Range(0, count).Select(i => Open(FirstDescriptor + i, names.ElementAtOrDefault(i)))];

        bool Is(string name, int value) => variables.GetValueOrDefault(name) == value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Puts the sockets in the place of the end points. If the options list end points, each socket gets the rules of the one in its place.
    /// </summary>
    /// <exception cref="WrongUsageException">The options list another number of end points.</exception>
    public static void Apply(IReadOnlyList<Socket> sockets, ServerOptions options)
    {
        if (sockets.Count == 0)
            return;
        ServerEndpoint[] rules = [.. options.Endpoints];
        if (rules.Length > 0 && rules.Length != sockets.Count)
        {
            throw new WrongUsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"systemd passes {sockets.Count} sockets, but Endpoints has {rules.Length} entries; list one entry for each socket, or none"));
        }

        var defaults = new ServerOptions();
        options.Server = defaults.Server;
        options.Port = defaults.Port;
        options.Endpoints.Clear();
        for (int i = 0; i < sockets.Count; i++)
            options.Endpoints.Add(WithRules(sockets[i], rules.ElementAtOrDefault(i) ?? new ServerEndpoint()));
    }

    private static ServerEndpoint WithRules(Socket socket, ServerEndpoint rules)
    {
        var endpoint = new ServerEndpoint(socket) { Tls = rules.Tls, Plaintext = rules.Plaintext };
        foreach (string proxy in rules.ProxyProtocol.From)
            endpoint.ProxyProtocol.From.Add(proxy);
        return endpoint;
    }

    private static Socket Open(int descriptor, string? name)
    {
        try
        {
            var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
            _ = socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Type);
            return socket;
        }
        catch (SocketException e)
        {
            string label = string.IsNullOrEmpty(name) ? "" : $" ({TextSanitizer.Escape(name)})";
            throw new WrongUsageException(string.Create(
                CultureInfo.InvariantCulture, $"systemd passes descriptor {descriptor}{label}, which is not a socket: {e.Message}"));
        }
    }
}
