using System.Text;
using System.Text.Json;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.Signalling;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>The voice gateway's sessions and rooms: time, resumes, large rooms, and what nobody should send.</summary>
[Collection(nameof(Alone))]
public sealed class SignallingTests
{
    private static readonly SignallingLimits s_limits = new();

    [Fact]
    public async Task Who_does_not_identify_in_time_is_closed()
    {
        using var table = new SignallingTable();
        var client = table.Connect();
        table.Clock.Advance(s_limits.IdentifyWithin - TimeSpan.FromSeconds(1));
        Assert.Null(client.Say(3, 7));
        table.Clock.Advance(s_limits.IdentifyWithin - TimeSpan.FromSeconds(1));
        Assert.False(client.Socket.Closed.IsCompleted);
        table.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(4009, await client.ClosedAsync());
    }

    [Fact]
    public async Task Who_misses_three_heartbeats_is_closed_and_has_half_a_minute_to_resume()
    {
        using var table = new SignallingTable();
        var client = await table.EnterAsync(1);
        table.Clock.Advance(s_limits.MaxSilence - TimeSpan.FromSeconds(1));
        client.Say(3, new { t = 1, seq_ack = 1 });
        table.Clock.Advance(s_limits.MaxSilence - TimeSpan.FromSeconds(1));
        Assert.False(client.Socket.Closed.IsCompleted);
        table.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(4009, await client.ClosedAsync());
        client.Drop();

        table.Clock.Advance(s_limits.ResumeWithin - TimeSpan.FromSeconds(1));
        var again = table.Connect();
        Assert.Null(again.Say(7, Resume(1, 1)));
        again.Drop();
        table.Clock.Advance(s_limits.ResumeWithin + TimeSpan.FromSeconds(1));
        Assert.Equal([$"connected {Token(1)}", $"lost {Token(1)}"], table.Reports);
        Assert.Equal(VoiceCloseCode.SessionInvalid, table.Connect().Say(7, Resume(1, 1)));
    }

    [Fact]
    public async Task A_resume_brings_what_was_missed_once_in_order_and_under_its_numbers()
    {
        using var table = new SignallingTable();
        var client = await table.EnterAsync(1);
        client.Drop();
        var other = await table.EnterAsync(2);
        other.Say(5, new { speaking = 1 });
        var again = table.Connect();
        Assert.Null(again.Say(7, Resume(1, 1)));
        await again.HearAsync(9);
        Assert.Equal([(11, 2), (18, 3), (20, 4), (5, 5)], await NumbersAsync(again, 4));
        // What was acknowledged is not sent again.
        Assert.Null(again.Say(3, new { t = 1, seq_ack = 4 }));
        again.Drop();
        var third = table.Connect();
        Assert.Null(third.Say(7, Resume(1, 4)));
        Assert.Equal([(9, 0), (5, 5)], await NumbersAsync(third, 2));
    }

    [Theory, InlineData(0), InlineData(6), InlineData(65_535)]
    public async Task A_resume_from_before_what_is_kept_or_from_the_future_is_refused(int acknowledged)
    {
        using var table = new SignallingTable(new SignallingLimits { MaxRing = 3 });
        var client = await table.EnterAsync(1);
        await table.EnterAsync(2);
        client.Drop();
        // READY and two of the three of the introduction: the last three of four numbers are kept.
        Assert.Null(table.Connect().Say(7, Resume(1, 1)));
        Assert.Equal(VoiceCloseCode.SessionInvalid, table.Connect().Say(7, Resume(1, acknowledged)));
        Assert.Equal(VoiceCloseCode.SessionInvalid, table.Connect().Say(7, Resume(1, -1)));
    }

    [Fact]
    public async Task Numbers_begin_again_after_16_bits()
    {
        using var table = new SignallingTable();
        var client = await table.EnterAsync(1);
        var other = await table.EnterAsync(2);
        await client.HearAsync(20);
        // READY, and three that introduced the other: the next is number 5.
        for (var number = 5; number < 65_536 + 3; number++)
        {
            if (number % 100 == 0)
                table.Clock.Advance(TimeSpan.FromSeconds(1));
            table.Server.Speak(Session(table, 2), other.Connection, number & 1);
            var spoken = await client.HearAsync(5);
            Assert.Equal(number & 0xFFFF, spoken.GetProperty("seq").GetInt32());
            if (number % 500 == 0)
                Assert.Null(Acknowledge(table, client, number & 0xFFFF));
        }

        client.Drop();
        var again = table.Connect();
        Assert.Null(again.Say(7, Resume(1, 65_535)));
        Assert.Equal([(9, 0), (5, 0), (5, 1), (5, 2)], await NumbersAsync(again, 4));
    }

    [Fact]
    public async Task An_older_client_that_resumes_is_told_anew_who_is_here()
    {
        using var table = new SignallingTable();
        var client = await table.EnterAsync(1, version: 4);
        client.Drop();
        (await table.EnterAsync(2)).Say(5, new { speaking = true });
        var again = table.Connect(version: 4);
        Assert.Null(again.Say(7, Resume(1, null)));
        Assert.Equal([(9, 0), (11, 0), (5, 0)], await NumbersAsync(again, 3));
    }

    [Fact]
    public async Task The_newest_socket_has_the_session()
    {
        using var table = new SignallingTable();
        var first = await table.EnterAsync(1);
        var second = table.Connect();
        Assert.Null(second.Say(7, Resume(1, 1)));
        Assert.Equal(4006, await first.ClosedAsync());
        // What the old one still says, and its end, change nothing.
        first.Say(5, new { speaking = 1 });
        first.Drop();
        table.Clock.Advance(s_limits.ResumeWithin + TimeSpan.FromSeconds(1));
        Assert.Equal([$"connected {Token(1)}"], table.Reports);
        var third = table.Connect();
        Assert.Null(third.Say(0, SignallingTable.Identity(SignallingTable.Grant(1))));
        Assert.Equal(4006, await second.ClosedAsync());
    }

    [Fact]
    public async Task A_revoked_grant_closes_at_once_with_its_code_or_waits_for_the_client_to_go()
    {
        using var table = new SignallingTable();
        var kicked = await table.EnterAsync(1);
        var moved = await table.EnterAsync(2);
        var stays = await table.EnterAsync(3);
        table.Server.Revoke(Token(1), 4014);
        Assert.Equal(4014, await kicked.ClosedAsync());
        table.Server.Revoke(Token(2), null);
        Assert.Equal("1", (await stays.HearAsync(13)).GetProperty("d").GetProperty("user_id").GetString());
        Assert.Equal("2", (await stays.HearAsync(13)).GetProperty("d").GetProperty("user_id").GetString());
        Assert.False(moved.Socket.Closed.IsCompleted);
        Assert.Null(moved.Say(5, new { speaking = 1 }));
        table.Clock.Advance(s_limits.CloseWithin + TimeSpan.FromSeconds(1));
        Assert.Equal(4006, await moved.ClosedAsync());
        Assert.DoesNotContain(stays.Socket.Rest(), message => message.Contains("\"op\":5"));
        Assert.Equal(VoiceCloseCode.SessionInvalid, table.Connect().Say(0, SignallingTable.Identity(SignallingTable.Grant(1))));
    }

    [Fact]
    public async Task A_grant_of_the_same_session_takes_the_place_of_the_one_before()
    {
        using var table = new SignallingTable();
        var before = table.Admit(1);
        var after = SignallingTable.Grant(1, room: 2);
        table.Server.Admit(after);
        Assert.Equal(VoiceCloseCode.AuthenticationFailed, table.Connect().Say(0, SignallingTable.Identity(before)));
        table.Server.Revoke(before.Token, null);
        var client = table.Connect();
        Assert.Null(client.Say(0, SignallingTable.Identity(after)));
        await client.HearAsync(2);
    }

    [Fact]
    public async Task The_key_is_wiped_when_it_was_sent()
    {
        using var table = new SignallingTable();
        var client = await table.EnterAsync(1);
        Assert.Null(client.Say(1, new { protocol = "udp", data = new { address = "127.0.0.1", port = 1, mode = SignallingTable.Mode } }));
        var description = await client.HearAsync(4);
        Assert.False(description.TryGetProperty("seq", out _));
        Assert.Equal(32, description.GetProperty("d").GetProperty("secret_key").GetArrayLength());
        Assert.Contains(description.GetProperty("d").GetProperty("secret_key").EnumerateArray(), number => number.GetInt32() != 0);
        Assert.True(client.Socket.Buffers.TryPeek(out var buffer));
        // Another message behind it shows that the writer is past it.
        client.Say(3, 1);
        await client.HearAsync(6);
        Assert.True(buffer.Span.IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public async Task Who_does_not_read_is_cut_off_and_nobody_waits_for_them()
    {
        using var table = new SignallingTable(new SignallingLimits { MaxBacklog = 50 });
        table.Admit(1);
        var slow = table.Connect();
        slow.Say(0, SignallingTable.Identity(SignallingTable.Grant(1)));
        var other = await table.EnterAsync(2);
        for (var i = 0; i < 46; i++)
            table.Server.Speak(Session(table, 2), other.Connection, i & 1);
        Assert.False(slow.WasCut);
        table.Server.Speak(Session(table, 2), other.Connection, 0);
        Assert.True(slow.WasCut);
    }

    [Fact]
    public async Task Speaking_is_reported_when_it_begins_and_every_half_minute()
    {
        using var table = new SignallingTable();
        var client = await table.EnterAsync(1);
        void Live(int seconds)
        {
            for (var i = 0; i < seconds; i++)
            {
                client.Say(3, 1);
                table.Clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Live(40);
        client.Say(5, new { speaking = 1 });
        Assert.Single(table.Reports, report => report.StartsWith("spoke"));
        Live(35);
        Assert.Equal(2, table.Reports.Count(report => report.StartsWith("spoke")));
        table.Server.Change(Token(1), VoiceRights.Hear);
        Live(65);
        Assert.Equal(2, table.Reports.Count(report => report.StartsWith("spoke")));
    }

    [Fact]
    public async Task Priority_is_for_those_who_hold_it()
    {
        using var table = new SignallingTable();
        var listener = await table.EnterAsync(1);
        (await table.EnterAsync(2)).Say(5, new { speaking = 5 });
        (await table.EnterAsync(3, rights: VoiceRights.Speak | VoiceRights.Priority)).Say(5, new { speaking = 5 });
        Assert.Equal(1, (await listener.HearAsync(5)).GetProperty("d").GetProperty("speaking").GetInt32());
        Assert.Equal(5, (await listener.HearAsync(5)).GetProperty("d").GetProperty("speaking").GetInt32());
    }

    [Fact]
    public async Task Pictures_are_told_of_under_the_servers_ssrcs_and_only_for_those_who_may_send_them()
    {
        using var table = new SignallingTable();
        var viewer = await table.EnterAsync(1);
        var plain = await table.EnterAsync(2);
        var star = await table.EnterAsync(3, rights: VoiceRights.Speak | VoiceRights.Video);
        var offer = new { audio_ssrc = 5, video_ssrc = 6, rtx_ssrc = 7, streams = new[] { new { type = "video", rid = "100", ssrc = 6, quality = 100, active = true, max_bitrate = 2_500_000, max_framerate = 30, max_resolution = new { type = "fixed", width = 1280, height = 720 } } } };
        Assert.Null(plain.Say(12, offer));
        Assert.Null(star.Say(12, offer));
        var told = (await viewer.HearAsync(12)).GetProperty("d");
        Assert.Equal("3", told.GetProperty("user_id").GetString());
        var audio = told.GetProperty("audio_ssrc").GetUInt32();
        Assert.NotEqual(5u, audio);
        Assert.Equal(audio + 1, told.GetProperty("video_ssrc").GetUInt32());
        Assert.Equal(720, told.GetProperty("streams")[0].GetProperty("max_resolution").GetProperty("height").GetInt32());
        Assert.Equal(audio + 2, told.GetProperty("streams")[0].GetProperty("rtx_ssrc").GetUInt32());
    }

    [Theory]
    [InlineData("VP8,H264", "h264", "VP8,H264", "H264", 100)] // All play one of them
    [InlineData("VP8,H264", "H264", "VP8", "VP8", 100)] // None is for all: the preferred of those that most play
    [InlineData("VP8,H264", "H264", "H264,AV1", "H264", 100)]
    [InlineData("VP8", "H264", "", "VP8", 0)] // Nobody plays it, and the sender is told that nobody looks
    public async Task A_picture_is_sent_in_what_most_can_play(string sends, string one, string other, string codec, int wanted)
    {
        using var table = new SignallingTable();
        var star = await table.EnterAsync(1, rights: VoiceRights.Speak | VoiceRights.Video);
        object Codecs(string names) => new { codecs = names.Split(',', StringSplitOptions.RemoveEmptyEntries).Select((name, i) => new { name, type = "video", priority = i, payload_type = 100 + 2 * i, rtx_payload_type = 101 + 2 * i }) };
        Assert.Null(star.Say(14, Codecs(sends)));
        Assert.Null((await table.EnterAsync(2)).Say(14, Codecs(one)));
        Assert.Null((await table.EnterAsync(3)).Say(14, Codecs(other)));
        await star.HearAsync(14);
        Assert.Null(star.Say(12, new { audio_ssrc = 5, video_ssrc = 6, rtx_ssrc = 7, streams = Array.Empty<int>() }));
        Assert.Null(star.Say(3, new { t = 1, seq_ack = 0 }));
        List<JsonElement> told = [];
        do
            told.Add(await star.HearAnyAsync());
        while (Op(told[^1]) != 6);
        Assert.Equal(codec, told.Where(message => Op(message) == 14).Select(message => message.GetProperty("d").GetProperty("video_codec").GetString()).LastOrDefault(sends.Split(',')[0]));
        Assert.Equal(wanted, told.Where(message => Op(message) == 15).Select(message => message.GetProperty("d").GetProperty("any").GetInt32()).LastOrDefault(100));

        static int Op(JsonElement message) => message.GetProperty("op").GetInt32();
    }

    [Fact]
    public async Task Nobody_is_asked_to_send_what_they_can_only_play()
    {
        using var table = new SignallingTable();
        var star = await table.EnterAsync(1, rights: VoiceRights.Speak | VoiceRights.Video);
        var viewer = await table.EnterAsync(2);
        object Codecs(bool encode, bool decode) => new { codecs = new object[] { new { name = "AV1", type = "video", priority = 1000, payload_type = 101, encode, decode }, new { name = "H264", type = "video", priority = 2000, payload_type = 103, encode = true, decode = true } } };
        Assert.Null(viewer.Say(14, Codecs(encode: true, decode: true)));
        Assert.Null(star.Say(14, Codecs(encode: false, decode: true)));
        Assert.Equal("H264", (await star.HearAsync(14)).GetProperty("d").GetProperty("video_codec").GetString());
        Assert.Null(star.Say(14, Codecs(encode: true, decode: true)));
        Assert.Equal("AV1", (await star.HearAsync(14)).GetProperty("d").GetProperty("video_codec").GetString());
        Assert.Null(star.Say(12, new { audio_ssrc = 5, video_ssrc = 6, rtx_ssrc = 7, streams = Array.Empty<int>() }));
        Assert.Null(viewer.Say(14, Codecs(encode: true, decode: false)));
        Assert.Equal("H264", (await star.HearAsync(14)).GetProperty("d").GetProperty("video_codec").GetString());
    }

    [Fact]
    public async Task Who_names_layers_of_a_picture_is_told_under_which_ssrc_to_send_the_best()
    {
        using var table = new SignallingTable();
        var (client, grant) = (table.Connect(), table.Admit(1));
        object Identity(object streams) => new { server_id = $"{grant.ServerId}", user_id = $"{grant.UserId}", session_id = grant.SessionId, token = grant.Token, video = true, streams };
        Assert.Equal(VoiceCloseCode.DecodeError, client.Say(0, Identity("all")));
        Assert.Null(client.Say(0, Identity(new[] { new { type = "video", rid = "50", quality = 50 }, new { type = "screen", rid = "100", quality = 100 } })));
        var ready = (await client.HearAsync(2)).GetProperty("d");
        var ssrc = ready.GetProperty("ssrc").GetUInt32();
        Assert.Equal($$"""[{"type":"video","rid":"100","ssrc":{{ssrc + 1}},"rtx_ssrc":{{ssrc + 2}},"quality":100,"active":false}]""", ready.GetProperty("streams").GetRawText());
    }

    [Fact]
    public void In_a_room_of_thousands_one_is_told_of_those_who_speak_and_of_each_once()
    {
        const int People = 5000;
        using var table = new SignallingTable();
        var clients = new TestClient[People + 1];
        void Enter(int user)
        {
            table.Admit(user);
            clients[user] = table.Connect();
            clients[user].Say(0, SignallingTable.Identity(SignallingTable.Grant(user)));
        }

        for (var user = 1; user < People; user++)
            Enter(user);
        // Thousands come: what each hears stays small, and does not grow with the room.
        Assert.All(clients[1..People], client => Assert.InRange(client.Connection.Waiting, 1, 400));
        Assert.Equal(1, clients[People - 1].Connection.Waiting);

        var before = clients.Skip(1).Take(People - 1).Select(client => client.Connection.Waiting).ToArray();
        for (var times = 0; times < 10; times++)
        {
            clients[2000].Say(5, new { speaking = 1 });
            clients[2000].Say(5, new { speaking = 0 });
        }

        for (var user = 1; user < People; user++)
            Assert.Equal(user == 2000 ? 0 : 2, clients[user].Connection.Waiting - before[user - 1]);

        // Who comes later is told of those who speak at that moment, and of who begins then.
        clients[3000].Say(5, new { speaking = 1 });
        Enter(People);
        Assert.Equal(3, clients[People].Connection.Waiting);
        clients[2000].Say(5, new { speaking = 1 });
        Assert.Equal(5, clients[People].Connection.Waiting);
        Assert.Equal(4, clients[1].Connection.Waiting - before[0]);

        // Who may not speak is not told of until they may.
        table.Server.Change(Token(4000), VoiceRights.Hear);
        clients[4000].Say(5, new { speaking = 1 });
        Assert.Equal(5, clients[People].Connection.Waiting);
        table.Server.Change(Token(4000), VoiceRights.Hear | VoiceRights.Speak);
        Assert.Equal(7, clients[People].Connection.Waiting);

        // Only who was told of is taken back.
        table.Server.Revoke(Token(4999), 4014);
        Assert.Equal(7, clients[People].Connection.Waiting);
        table.Server.Revoke(Token(2000), 4014);
        Assert.Equal(8, clients[People].Connection.Waiting);
    }

    [Fact]
    public async Task A_hundred_thousand_mutated_messages_cause_nothing_but_closes()
    {
        const int Frames = 100_000;
        using var table = new SignallingTable();
        var bystander = await table.EnterAsync(2);
        table.Admit(1, rights: VoiceRights.Hear | VoiceRights.Speak | VoiceRights.Video);
        var identity = SignallingTable.Identity(SignallingTable.Grant(1));
        byte[][] seeds =
        [
            Message(0, identity), Message(7, Resume(1, 1)), Message(7, new { server_id = "9", session_id = SignallingTable.Grant(2).SessionId, token = Token(1), seq_ack = 1 }), Message(3, new { t = 5, seq_ack = 1 }), Message(3, 5), Message(5, new { speaking = 1, delay = 0, ssrc = 4 }),
            Message(1, new { protocol = "udp", data = new { address = "127.0.0.1", port = 5, mode = SignallingTable.Mode }, codecs = new[] { new { name = "opus", type = "audio", priority = 1000, payload_type = 120 } } }),
            Message(1, new { protocol = "webrtc", data = "a=ice-ufrag:x", codecs = Array.Empty<int>() }), Message(14, new { codecs = new[] { new { name = "H264", type = "video", priority = 1, payload_type = 101, rtx_payload_type = 102 } } }),
            Message(12, new { audio_ssrc = 1, video_ssrc = 2, rtx_ssrc = 3, streams = new[] { new { type = "video", rid = "100", quality = 100, max_resolution = new { type = "source", width = 1, height = 2 } } } }),
            Message(15, new Dictionary<string, object> { ["any"] = 100, ["123"] = 0, ["pixelCounts"] = new { } }), Message(16, new { }), Message(25, new { }), Message(32, new { }),
        ];
        var random = new Random(20);
        var (closes, handled) = (new HashSet<VoiceCloseCode>(), 0);
        var client = table.Connect();
        long start = 0;
        for (var frame = 0; frame < Frames; frame++)
        {
            if (frame == Frames / 10)
                start = GC.GetTotalMemory(forceFullCollection: true);
            if (frame % 100 == 0)
                client = Renew(random.Next(2) == 0);
            if (client.Say(Mutate(seeds[random.Next(seeds.Length)], random)) is { } code)
            {
                closes.Add(code);
                client = Renew(random.Next(2) == 0);
            }
            else
            {
                handled++;
            }
        }

        client.Drop();
        table.Server.Remove(client.Connection);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - start, long.MinValue, 4 << 20);
        Assert.All(closes, code => Assert.True(Enum.IsDefined(code)));
        Assert.True(closes.Count >= 8 && handled > Frames / 10, $"{closes.Count} codes, {handled} handled");
        // The other session stands as it stood, and the mutated one still has its owner.
        Assert.Null(bystander.Say(3, 1));
        Assert.False(bystander.Socket.Closed.IsCompleted);
        Assert.Null(table.Connect().Say(0, identity));

        TestClient Renew(bool isIdentified)
        {
            client.Drop();
            table.Server.Remove(client.Connection);
            bystander.Socket.Rest();
            bystander.Socket.Buffers.Clear();
            table.Reports.Clear();
            var next = table.Connect(random.Next(4, 10));
            if (isIdentified)
                next.Say(0, identity);
            return next;
        }
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        string[] splices = ["null", "{}", "[]", "-1", "1e999", "\"\\ud800\"", "\"\\u0000\"", "18446744073709551616", "true", "\"\"", new string('[', 40), "\"x\":", ",", "{\"op\":5}"];
        var message = seed.ToList();
        for (var times = random.Next(0, 4); times > 0 && message.Count > 0; times--)
        {
            var at = random.Next(message.Count);
            switch (random.Next(5))
            {
                case 0:
                    message[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    message.RemoveRange(at, random.Next(message.Count - at));
                    break;
                case 2:
                    message.InsertRange(at, message.GetRange(at, random.Next(message.Count - at)));
                    break;
                case 3:
                    message.InsertRange(at, Encoding.UTF8.GetBytes(splices[random.Next(splices.Length)]));
                    break;
                default:
                    // A value in the place of another: what follows the next colon.
                    var colon = message.IndexOf((byte)':', at);
                    var end = colon < 0 ? -1 : message.FindIndex(colon, one => one is (byte)',' or (byte)'}');
                    if (end > colon)
                    {
                        message.RemoveRange(colon + 1, end - colon - 1);
                        message.InsertRange(colon + 1, Encoding.UTF8.GetBytes(splices[random.Next(splices.Length)]));
                    }

                    break;
            }
        }

        return [.. message];
    }

    private static VoiceCloseCode? Acknowledge(SignallingTable table, TestClient client, int number)
    {
        table.Clock.Advance(TimeSpan.FromSeconds(5));
        return client.Say(3, new { t = 1, seq_ack = number });
    }

    private static async Task<List<(int Op, int Number)>> NumbersAsync(TestClient client, int count)
    {
        var messages = new List<(int, int)>();
        while (messages.Count < count)
        {
            var message = JsonDocument.Parse(await client.Socket.NextAsync()).RootElement;
            messages.Add((message.GetProperty("op").GetInt32(), message.TryGetProperty("seq", out var number) ? number.GetInt32() : 0));
        }

        return messages;
    }

    private static byte[] Message(int op, object d) => JsonSerializer.SerializeToUtf8Bytes(new { op, d });

    private static object Resume(int user, int? acknowledged)
    {
        var grant = SignallingTable.Grant(user);
        return new { server_id = $"{grant.ServerId}", session_id = grant.SessionId, token = grant.Token, seq_ack = acknowledged };
    }

    private static string Token(int user) => SignallingTable.Grant(user).Token;

    private static VoiceSession Session(SignallingTable table, int user)
    {
        var grant = SignallingTable.Grant(user);
        return table.Server.Find(grant.ServerId, grant.SessionId, null, grant.Token).Session!;
    }
}
