using System.Net;
using System.Text.Json;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace ServerLib.Benchmarks.Servers.App;

/// <summary>The broker of MQTTnet. It answers calls itself, and passes on what is said on the group's topic.</summary>
internal sealed class MqttNetServer : IServer
{
    private MqttServer? _server;

    public async Task<int> StartAsync()
    {
        MqttServerOptions options = new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(FreePort.Find())
            .Build();
        _server = new MqttServerFactory().CreateMqttServer(options);
        _server.ValidatingConnectionAsync += LogInAsync;
        _server.ClientConnectedAsync += async connected =>
            connected.SessionItems["session"] = await _server.GetSessionAsync(connected.ClientId);
        _server.InterceptingPublishAsync += AnswerAsync;
        await _server.StartAsync();
        return options.DefaultEndpointOptions.Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.StopAsync(new MqttServerStopOptions());
        _server?.Dispose();
    }

    private static Task LogInAsync(ValidatingConnectionEventArgs login)
    {
        if (!Lobby.Accepts(login.UserName, login.Password))
            login.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
        return Task.CompletedTask;
    }

    private static Task AnswerAsync(InterceptingPublishEventArgs published)
    {
        MqttApplicationMessage message = published.ApplicationMessage;
        if (message.Topic != "ask")
            return Task.CompletedTask;
        published.ProcessPublish = false;
        var json = new Utf8JsonReader(message.Payload);
        Question question = JsonSerializer.Deserialize(ref json, ContractsJson.Default.Question)!;
        var answer = new Answer(question.Number, question.Text, published.UserName);
        ((MqttSessionStatus)published.SessionItems["session"]!).TryEnqueueApplicationMessage(
            new MqttApplicationMessage
            {
                Topic = message.ResponseTopic,
                CorrelationData = message.CorrelationData,
                PayloadSegment = JsonSerializer.SerializeToUtf8Bytes(answer, ContractsJson.Default.Answer),
            },
            out _);
        return Task.CompletedTask;
    }
}
