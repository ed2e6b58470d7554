using System.Net;
using System.Text.Json;
using ServerLib.RateLimiting;

namespace ServerLib.Files;

/// <summary>Converts addresses to the text in which they are stored, and to the pairs of the existing system.</summary>
internal static class AddressText
{
    /// <returns><c>127.0.0.1:52814</c>, <c>[::1]:52814</c>, or the text of another kind of end point; empty for none.</returns>
    public static string From(EndPoint? address) => address switch
    {
        null => "",
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped => new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString(),
        _ => address.ToString() ?? "",
    };

    /// <summary>Parses an address with or without a port, or a range of addresses.</summary>
    /// <returns><see langword="null"/> for any other text.</returns>
    public static AddressBlock? Read(string text) =>
        IPEndPoint.TryParse(text, out IPEndPoint? endPoint) ? AddressBlock.Exactly(endPoint)
        : AddressBlock.TryParse(text, out AddressBlock block) ? block
        : null;

    /// <summary>The <see cref="AddressBlock"/> of the address in a text. All texts without an address have the same block.</summary>
    public static AddressBlock BlockOf(string? text) =>
        IPEndPoint.TryParse(text ?? "", out IPEndPoint? endPoint) ? AddressBlock.Of(endPoint)
        : AddressBlock.TryParse(text, out AddressBlock block) ? block
        : default;

    /// <returns>The block as it is stored; empty if it is not the block of an address.</returns>
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
