using System.Net;
using System.Text.Json;
using ServerLib.RateLimiting;

namespace ServerLib.Files;

/// <summary>Addresses as text, in which form they are stored, and as the pairs that the existing system has.</summary>
internal static class AddressText
{
    /// <returns><c>127.0.0.1:52814</c>, <c>[::1]:52814</c>, or whatever else the end point calls itself; empty for none.</returns>
    public static string From(EndPoint? address) => address switch
    {
        null => "",
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped => new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString(),
        _ => address.ToString() ?? "",
    };

    /// <summary>The address in a text with or without a port, or the addresses; <see langword="null"/> where there are none.</summary>
    public static AddressBlock? Read(string text) =>
        IPEndPoint.TryParse(text, out IPEndPoint? endPoint) ? AddressBlock.Exactly(endPoint)
        : AddressBlock.TryParse(text, out AddressBlock block) ? block
        : null;

    /// <summary>What counts as one with the address in a text, see <see cref="AddressBlock"/>; all that is no address counts as one.</summary>
    public static AddressBlock BlockOf(string? text) =>
        IPEndPoint.TryParse(text ?? "", out IPEndPoint? endPoint) ? AddressBlock.Of(endPoint)
        : AddressBlock.TryParse(text, out AddressBlock block) ? block
        : default;

    /// <returns>The block as it is stored; empty for what is no address.</returns>
    public static string From(AddressBlock block) => block.Equals(default) ? "" : block.ToString();

    /// <summary>Writes <c>["127.0.0.1", 52814]</c>, or an empty string for none.</summary>
    public static void Write(Utf8JsonWriter json, string address)
    {
        if (address.Length == 0)
        {
            json.WriteStringValue("");
            return;
        }

        json.WriteStartArray();
        if (IPEndPoint.TryParse(address, out IPEndPoint? endPoint))
        {
            json.WriteStringValue(endPoint.Address.ToString());
            json.WriteNumberValue(endPoint.Port);
        }
        else
        {
            json.WriteStringValue(address);
            json.WriteNumberValue(0);
        }

        json.WriteEndArray();
    }
}
