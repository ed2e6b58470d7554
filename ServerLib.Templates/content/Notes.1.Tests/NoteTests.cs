using Microsoft.VisualStudio.TestTools.UnitTesting;
using Notes._1.Contracts;
using Notes._1.Server;
using ServerLib;
using ServerLib.Testing;

namespace Notes._1.Tests;

[TestClass]
public sealed class NoteTests
{
    [TestMethod]
    public async Task All_clients_get_a_new_note_as_an_event()
    {
        await using TestServer server = await TestServer.StartAsync(builder => builder.AddNotes());
        await using TestClient ada = await server.ConnectTestClientAsync("ada");
        await using TestClient bob = await server.ConnectTestClientAsync("bob");
        await using TestEvents<Note> added = bob.Events<Note>("note-added");

        await ada.CallAsync("add-note", new AddNote("Buy milk."));

        Assert.AreEqual(new Note("ada", "Buy milk."), await added.ReadAsync());
    }

    [TestMethod]
    public async Task The_board_keeps_the_notes()
    {
        await using TestServer server = await TestServer.StartAsync(builder => builder.AddNotes());
        await using TestClient ada = await server.ConnectTestClientAsync("ada");
        await ada.CallAsync("add-note", new AddNote("Buy milk."));

        await using TestClient bob = await server.ConnectTestClientAsync("bob");
        Note[] notes = await bob.CallAsync<Note[]>("get-notes");

        CollectionAssert.AreEqual(new[] { new Note("ada", "Buy milk.") }, notes);
    }

    [TestMethod]
    public async Task A_long_note_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync(builder => builder.AddNotes());
        await using TestClient ada = await server.ConnectTestClientAsync("ada");

        CallException refused = await Assert.ThrowsExactlyAsync<CallException>(
            () => ada.CallAsync("add-note", new AddNote(new string('x', 201))));

        Assert.AreEqual(1, refused.Status);
    }
}
