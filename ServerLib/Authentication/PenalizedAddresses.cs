using System.Net;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>Which addresses are one, and which are exempt: this machine's, and those that are listed.</summary>
internal sealed class PenalizedAddresses
{
    private readonly AddressBlock[] _exempt;
    private readonly int _ipv4Prefix;

    public PenalizedAddresses(ServerOptions options)
    {
        _ipv4Prefix = options.Login.PenaltyIPv4Prefix;
        _exempt = [.. options.Login.PenaltyExempt.Select(text => AddressBlock.TryParse(text, out AddressBlock block)
            ? block
            : throw new ServerLibException($"{nameof(ServerOptions.Login.PenaltyExempt)}: '{TextSanitizer.Escape(text ?? "")}' is no address and no range of them"))];
    }

    /// <summary>The addresses that <paramref name="address"/> is one with. What has no IP address is on this machine.</summary>
    public AddressBlock BlockOf(EndPoint? address) => AddressBlock.Of(address ?? new IPEndPoint(IPAddress.Loopback, 0), _ipv4Prefix);

    /// <returns>Whether the address is not exempt.</returns>
    public bool TryFind(EndPoint? address, out AddressBlock block)
    {
        block = default;
        if (address is not IPEndPoint ip)
            return false;
        var alone = AddressBlock.Of(ip.Address, 32, 128);
        if (alone.IsLoopback)
            return false;
        foreach (AddressBlock range in _exempt)
        {
            if (range.Contains(alone))
                return false;
        }

        block = BlockOf(ip);
        return true;
    }
}
