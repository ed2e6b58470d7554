using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerLib.Protocol;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class BoundedPayloadTests
{
    private const string DataOmitted = "\n(without its data, which is larger than a frame)";
    private const string TextCut = "\n(cut here, for it is larger than a frame)";

    private static readonly UserKey[] Keys = [.. Enumerable.Range(0, 3).Select(i => new UserKey($"key{i}", "SHA256:x", DateTimeOffset.UnixEpoch))];

    [TestMethod]
    public void A_list_of_users_that_fits_is_complete() =>
        Assert.AreEqual("""{"users":["ada","bob"],"total":2,"group":"chess"}""", Text(BoundedPayload.Users(["ada", "bob"], "chess", 4096)));

    [TestMethod]
    public void A_list_of_users_is_cut_to_the_largest_payload_that_fits()
    {
        string[] users = ["ada", "bob", "z\u00e4e"];
        int whole = BoundedPayload.Users(users, null, 4096).Length;

        // The length of a frame includes its type, so the payload must be smaller than the limit.
        Assert.HasCount(whole, BoundedPayload.Users(users, null, whole + 1));
        JsonNode cut = JsonNode.Parse(BoundedPayload.Users(users, null, whole))!;
        CollectionAssert.AreEqual(new[] { "ada", "bob" }, cut["users"]!.AsArray().Select(user => (string?)user).ToArray());
        Assert.AreEqual(3, (int)cut["total"]!);
        for (int max = 40; max <= whole; max++)
            Assert.IsLessThan(max, BoundedPayload.Users(users, null, max).Length);
    }

    [TestMethod]
    public void A_list_of_keys_is_cut_to_the_largest_payload_that_fits()
    {
        byte[] whole = BoundedPayload.SavedKeys("pem", Keys, 4096);

        StringAssert.StartsWith(Text(whole), """{"publicKey":"pem","saved":[{"name":"key0","fingerprint":"SHA256:x","added":"1970-01-01T""");
        CollectionAssert.AreEqual(whole, BoundedPayload.SavedKeys("pem", Keys, whole.Length + 1));
        Assert.HasCount(2, JsonNode.Parse(BoundedPayload.SavedKeys("pem", Keys, whole.Length))!["saved"]!.AsArray());
    }

    [TestMethod]
    public void An_output_that_fits_is_unchanged()
    {
        var output = new CommandOutput(3, "text", JsonSerializer.SerializeToElement(new[] { 1 }));
        byte[] json = BoundedPayload.Output(output, 4096);

        Assert.AreEqual("""{"exit":3,"text":"text","data":[1]}""", Text(json));
        CollectionAssert.AreEqual(json, BoundedPayload.Output(output, json.Length + 1));
    }

    [TestMethod]
    public void An_output_loses_its_data_first()
    {
        var output = new CommandOutput(0, "text", JsonSerializer.SerializeToElement(new string('d', 200)));
        JsonNode json = JsonNode.Parse(BoundedPayload.Output(output, 100))!;

        Assert.AreEqual("text" + DataOmitted, (string?)json["text"]);
        Assert.IsNull(json["data"]);
    }

    [TestMethod]
    public void A_JSON_output_loses_its_text_or_is_replaced_by_an_error()
    {
        var output = new CommandOutput(0, new string('t', 100), JsonSerializer.SerializeToElement("d")) { IsJson = true };

        Assert.AreEqual("""{"exit":0,"text":"","data":"d"}""", Text(BoundedPayload.Output(output, 100)));
        JsonNode error = JsonNode.Parse(BoundedPayload.Output(output, 20))!;
        Assert.AreEqual(1, (int)error["exit"]!);
        Assert.AreEqual("The output is larger than a frame of 20 bytes. Ask for less, or for text instead of JSON.", (string?)error["text"]);
    }

    [TestMethod]
    public void An_output_is_cut_to_the_largest_payload_that_fits()
    {
        for (int max = 70; max < 140; max++)
        {
            byte[] json = BoundedPayload.Output(new CommandOutput(0, new string('x', 200)), max);
            Assert.HasCount(max - 1, json);
            StringAssert.EndsWith((string?)JsonNode.Parse(json)!["text"], "x" + TextCut);
        }
    }

    [TestMethod]
    public void An_output_is_not_cut_inside_a_surrogate_pair()
    {
        for (int max = 70; max < 100; max++)
        {
            byte[] json = BoundedPayload.Output(new CommandOutput(0, string.Concat(Enumerable.Repeat("\U0001F600", 100))), max);
            Assert.IsLessThan(max, json.Length);
            Assert.DoesNotContain("\ufffd", ((string?)JsonNode.Parse(json)!["text"])!);
        }
    }

    private static string Text(byte[] json) => Encoding.UTF8.GetString(json);
}
