using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed partial class JsonBodySerializerTests
{
    private readonly JsonBodySerializer _serializer = new();

    [TestMethod]
    public void Names_are_written_in_camel_case_and_read_in_any_case()
    {
        Assert.AreEqual("""{"name":"chess","size":2,"tags":null}""", Write(new Room("chess", 2)));

        Assert.AreEqual(new Room("chess", 2), Read<Room>("""{"NAME":"chess","size":2}"""));
    }

    [TestMethod]
    public void A_value_of_type_object_is_written_as_what_it_is()
    {
        Assert.AreEqual("""{"name":"chess","size":2,"tags":null}""", Write<object>(new Room("chess", 2)));
        Assert.AreEqual("null", Write<object?>(null));
    }

    [TestMethod]
    [DataRow("""{"name":"chess","size":"two"}""", "The member 'size' does not match.")]
    [DataRow("""{"name":null,"size":2}""", "The member 'name' does not match.")]
    [DataRow("""{"name":"chess"}""", "The member 'size' is missing.")]
    [DataRow("""{"name":"chess","size":2,"tags":["a",1]}""", "The member 'tags[1]' does not match.")]
    [DataRow("[]", "The body does not match.")]
    [DataRow("{", "The body does not match.")]
    [DataRow("", "The body is empty.")]
    public void A_body_that_does_not_match_is_refused_and_the_member_is_named(string json, string expected)
    {
        BodyFormatException e = Assert.ThrowsExactly<BodyFormatException>(() => Read<Room>(json));

        Assert.AreEqual(expected, e.Message);
    }

    [TestMethod]
    public void A_path_that_is_too_long_for_a_sentence_is_left_out()
    {
        string json = $$$"""{"{{{new string('x', 300)}}}":"no"}""";

        Assert.AreEqual("The body does not match.", Assert.ThrowsExactly<BodyFormatException>(() => Read<Dictionary<string, int>>(json)).Message);
    }

    [TestMethod]
    public void Control_characters_of_a_member_are_escaped()
    {
        BodyFormatException e = Assert.ThrowsExactly<BodyFormatException>(() => Read<Dictionary<string, int>>("{\"a\\u001b\":{}}"));

        StringAssert.Contains(e.Message, "\\u001B");
        Assert.IsFalse(e.Message.Any(char.IsControl));
    }

    [TestMethod]
    public void Source_generated_options_need_no_reflection()
    {
        var generated = new JsonBodySerializer(new JsonSerializerOptions(JsonSerializerDefaults.Web) { TypeInfoResolver = RoomContext.Default });
        var buffer = new ArrayBufferWriter<byte>();
        generated.Serialize(buffer, new Room("chess", 2));

        Assert.AreEqual(new Room("chess", 2), generated.Deserialize<Room>(buffer.WrittenMemory));
        Assert.ThrowsExactly<NotSupportedException>(() => generated.Deserialize<Version>(buffer.WrittenMemory));
    }

    [TestMethod]
    public void Options_without_a_resolver_are_refused() =>
        Assert.ThrowsExactly<ArgumentException>(() => new JsonBodySerializer(new JsonSerializerOptions()));

    private string Write<T>(T value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        _serializer.Serialize(buffer, value);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private T? Read<T>(string json) => _serializer.Deserialize<T>(Encoding.UTF8.GetBytes(json));

    internal sealed record Room(string Name, int Size, string[]? Tags = null);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Room))]
    private sealed partial class RoomContext : JsonSerializerContext;
}
