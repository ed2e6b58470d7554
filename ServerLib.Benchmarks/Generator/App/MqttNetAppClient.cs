using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MQTTnet;
using MQTTnet.Formatter;
using ServerLib.Benchmarks.Servers.App;

namespace ServerLib.Benchmarks.Generator.App;

/// <summary>MQTT has no calls. Each client has a topic for its answers, and asks one question at a time.</summary>
internal sealed class MqttNetAppClient(string user, int port) : IAppClient
{
    private readonly string _answers = $"answers/{user}";
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private TaskCompletionSource<Answer>? _asked;

    public async Task ConnectAsync(Action<Said> onSaid)
    {
        _client.ApplicationMessageReceivedAsync += received =>
        {
            MqttApplicationMessage message = received.ApplicationMessage;
            if (message.Topic == Lobby.Group)
                onSaid(Read(message, ContractsJson.Default.Said));
            else
                Interlocked.Exchange(ref _asked, null)?.SetResult(Read(message, ContractsJson.Default.Answer));
            return Task.CompletedTask;
        };
        await _client.ConnectAsync(new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTcpServer("127.0.0.1", port)
            .WithClientId(user)
            .WithCredentials(user, Lobby.PasswordOf(user))
            .Build());
        await _client.SubscribeAsync(_answers);
    }

    public async Task<Answer> AskAsync(Question question)
    {
        var asked = new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked = asked;
        await _client.PublishAsync(new MqttApplicationMessage
        {
            Topic = "ask",
            ResponseTopic = _answers,
            PayloadSegment = JsonSerializer.SerializeToUtf8Bytes(question, ContractsJson.Default.Question),
        });
        return await asked.Task;
    }

    public Task JoinAsync() => _client.SubscribeAsync(Lobby.Group);

    public Task SayAsync(Said said) => _client.PublishAsync(new MqttApplicationMessage
    {
        Topic = Lobby.Group,
        PayloadSegment = JsonSerializer.SerializeToUtf8Bytes(said, ContractsJson.Default.Said),
    });

    public async ValueTask DisposeAsync()
    {
        await _client.DisconnectAsync();
        _client.Dispose();
    }

    private static T Read<T>(MqttApplicationMessage message, JsonTypeInfo<T> type)
    {
        var json = new Utf8JsonReader(message.Payload);
        return JsonSerializer.Deserialize(ref json, type)!;
    }
}
