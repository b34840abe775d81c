using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Media.Attachments;
using Discord.Protocol;
using Discord.UnitTests.Media;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Files of messages: how they come in, what is said of them, how they are read, and when they go.</summary>
public abstract class AttachmentTests(Site site) : FileTests(site)
{
    [Fact]
    public async Task A_file_is_attached_described_and_can_be_read()
    {
        var png = Samples.Png(300, 200);

        var message = (await PostFilesAsync(new { content = "look", attachments = new object[] { new { id = 0, description = "a picture" } } }, ("my picture.png", png), ("notes.txt", Notes))).Is(200).Json;

        Assert.Equal("look", (string)message["content"]!);
        var (picture, notes) = (message["attachments"]![0]!, message["attachments"]![1]!);
        Assert.Equal(("my_picture.png", png.Length, "image/png", 300, 200, "a picture"),
            ((string)picture["filename"]!, (int)picture["size"]!, (string)picture["content_type"]!, (int)picture["width"]!, (int)picture["height"]!, (string)picture["description"]!));
        Assert.Equal("text/plain; charset=utf-8", (string)notes["content_type"]!);
        Assert.Null(notes["width"]);
        Assert.Equal((string)picture["url"]!, (string)picture["proxy_url"]!);
        Assert.StartsWith($"http://127.0.0.1:{Host.Port}/attachments/{Hall.ChannelId}/{picture["id"]}/my_picture.png?ex=", (string)picture["url"]!, StringComparison.Ordinal);
        Assert.Equal(png, (await FetchAsync(UrlOf(message))).Bytes);
        Assert.Equal(Notes, (await FetchAsync(UrlOf(message, 1))).Bytes);
        // History and the message itself say the same.
        var again = await Host.SendAsync("GET", $"{Messages}/{message["id"]}", Owner);
        Assert.True(JsonNode.DeepEquals(message["attachments"], again.Is(200).Json["attachments"]));
        Assert.True(JsonNode.DeepEquals(message["attachments"], (await Host.HistoryAsync(Owner, Hall.ChannelId))[0]["attachments"]));
    }

    [Fact]
    public async Task A_message_of_files_alone_is_not_empty_and_one_without_any_is()
    {
        (await PostFilesAsync(null, ("a.bin", Unique()))).Is(200);
        (await PostFilesAsync(new { content = "" })).Is(400, 50006);
    }

    [Fact]
    public async Task Files_come_without_a_length_and_fields_one_by_one()
    {
        var file = Unique();
        using var form = new MultipartFormDataContent();
        form.Add(new ByteArrayContent(file), "files[0]", "first.bin");
        AddField(form, "content", "as fields");
        AddField(form, "tts", "false");
        AddField(form, "attachments", """[{"id":"0","description":"described"}]""", "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{Host.Port}/api/v10{Messages}") { Content = form };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.TryAddWithoutValidation("Authorization", Owner.Authorization);
        using var client = new HttpClient();

        using var response = await client.SendAsync(request);

        var message = (await Answer.ReadAsync(response)).Is(200).Json;
        Assert.Equal(("as fields", "described"), ((string)message["content"]!, (string)message["attachments"]![0]!["description"]!));
        Assert.Equal(file, (await FetchAsync(UrlOf(message))).Bytes);
    }

    [Fact]
    public async Task Equal_files_are_stored_once_and_deleted_with_the_last_message()
    {
        var file = Unique();
        var (one, two) = (await PostFileAsync("one.bin", file), await PostFileAsync("two.bin", file));
        Assert.Contains(BlobOf(file), await BlobsAsync(Host));

        (await Host.SendAsync("DELETE", $"{Messages}/{one["id"]}", Owner)).Is(204);
        Assert.Contains(BlobOf(file), await BlobsAsync(Host));
        Assert.Equal(404, (await FetchAsync(UrlOf(one))).Status);
        Assert.Equal(200, (await FetchAsync(UrlOf(two))).Status);

        (await Host.SendAsync("DELETE", $"{Messages}/{two["id"]}", Owner)).Is(204);
        Assert.DoesNotContain(BlobOf(file), await BlobsAsync(Host));
        Assert.Equal(404, (await FetchAsync(UrlOf(two))).Status);
    }

    [Fact]
    public async Task Files_go_with_messages_that_are_deleted_at_once_with_their_channel_and_with_a_ban()
    {
        var (bulk, channel, banned) = (Unique(), Unique(), Unique());
        var first = await PostFileAsync("bulk.bin", bulk);
        var second = await Host.PostAsync(Owner, Hall.ChannelId);
        (await Host.SendAsync("POST", $"{Messages}/bulk-delete", Owner, new { messages = new[] { (string)first["id"]!, second.ToString() } })).Is(204);
        Assert.DoesNotContain(BlobOf(bulk), await BlobsAsync(Host));

        var elsewhere = await NewChannelAsync();
        (await SendFormAsync("POST", $"/channels/{elsewhere}/messages", Owner, Form(null, ("a.bin", channel)))).Is(200);
        (await Host.SendAsync("DELETE", $"/channels/{elsewhere}", Owner)).Is(200);
        var member = await NewMemberAsync();
        (await SendFormAsync("POST", Messages, member, Form(null, ("a.bin", banned)))).Is(200);
        (await Host.SendAsync("PUT", $"/guilds/{Hall.Id}/bans/{member.Id}", Owner, new { delete_message_seconds = 3600 })).Is(204);

        await UntilAsync(async () => !(await BlobsAsync(Host)).Intersect([BlobOf(channel), BlobOf(banned)]).Any());
    }

    [Fact]
    public async Task An_edit_keeps_what_it_lists_drops_the_rest_and_adds()
    {
        var (kept, dropped, added) = (Unique(), Unique(), Unique());
        var message = (await PostFilesAsync(new { content = "files" }, ("kept.bin", kept), ("dropped.bin", dropped))).Is(200).Json;
        var keptId = (string)message["attachments"]![0]!["id"]!;

        var edited = (await SendFormAsync("PATCH", $"{Messages}/{message["id"]}", Owner,
            Form(new { attachments = new object[] { new { id = keptId, description = "still here" }, new { id = 0, filename = "new.bin" } } }, ("x.bin", added)))).Is(200).Json;

        Assert.Equal(["kept.bin", "new.bin"], edited["attachments"]!.AsArray().Select(file => (string)file!["filename"]!));
        Assert.Equal((keptId, "still here"), ((string)edited["attachments"]![0]!["id"]!, (string)edited["attachments"]![0]!["description"]!));
        Assert.Equal(added, (await FetchAsync(UrlOf(edited, 1))).Bytes);
        Assert.DoesNotContain(BlobOf(dropped), await BlobsAsync(Host));
        Assert.NotNull((string?)edited["edited_timestamp"]);

        // Without the field they all stay; with an empty one they all go, and then something else must be left.
        Assert.Equal(2, (await Host.SendAsync("PATCH", $"{Messages}/{message["id"]}", Owner, new { content = "other" })).Is(200).Json["attachments"]!.AsArray().Count);
        Assert.Empty((await Host.SendAsync("PATCH", $"{Messages}/{message["id"]}", Owner, new { attachments = Array.Empty<object>() })).Is(200).Json["attachments"]!.AsArray());
        var bare = await PostFileAsync("only.bin", Unique());
        (await Host.SendAsync("PATCH", $"{Messages}/{bare["id"]}", Owner, new { attachments = Array.Empty<object>() })).Is(400, 50006);
    }

    [Fact]
    public async Task Entries_without_a_file_and_foreign_attachments_are_refused()
    {
        var other = await PostFileAsync("other.bin", Unique());
        var mine = await PostFileAsync("mine.bin", Unique());
        var foreign = (string)other["attachments"]![0]!["id"]!;

        (await PostFilesAsync(new { attachments = new[] { new { id = 1 } } }, ("a.bin", Unique()))).IsInvalid("attachments.0.id: ATTACHMENT_NOT_FOUND");
        (await PostFilesAsync(new { attachments = new[] { new { id = 0 }, new { id = 0 } } }, ("a.bin", Unique()))).IsInvalid("attachments.1.id: ATTACHMENT_NOT_FOUND");
        (await PostAsync(new { content = "steal", attachments = new[] { new { id = foreign } } })).IsInvalid("attachments.0.id: ATTACHMENT_NOT_FOUND");
        (await Host.SendAsync("PATCH", $"{Messages}/{mine["id"]}", Owner, new { attachments = new[] { new { id = foreign } } })).IsInvalid("attachments.0.id: ATTACHMENT_NOT_FOUND");
        (await PostFilesAsync(new { attachments = new[] { new { description = "no id" } } }, ("a.bin", Unique()))).IsInvalid("attachments.0.id: BASE_TYPE_REQUIRED");
        (await PostFilesAsync(new { attachments = new[] { new { id = "x" } } }, ("a.bin", Unique()))).IsInvalid("attachments.0.id: BASE_TYPE_REQUIRED", "attachments.0.id: NUMBER_TYPE_COERCE");
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public async Task A_description_has_1024_characters(int length, bool taken)
    {
        var answer = await PostFilesAsync(new { attachments = new[] { new { id = 0, description = new string('d', length) } } }, ("a.bin", Unique()));

        if (taken)
            answer.Is(200);
        else
            answer.IsInvalid("attachments.0.description: BASE_TYPE_MAX_LENGTH");
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public async Task A_message_has_ten_files(int count, bool taken)
    {
        var files = Enumerable.Range(0, count).Select(number => ($"{number}.bin", Unique())).ToArray();

        var answer = await PostFilesAsync(null, files);

        if (taken)
            Assert.Equal(10, answer.Is(200).Json["attachments"]!.AsArray().Count);
        else
            answer.Is(400, 30015);
        Assert.Equal(taken ? count : 0, (await BlobsAsync(Host)).Intersect(files.Select(file => BlobOf(file.Item2))).Count());
    }

    [Fact]
    public async Task An_edit_does_not_make_more_than_ten()
    {
        var message = (await PostFilesAsync(null, [.. Enumerable.Range(0, 10).Select(number => ($"{number}.bin", Unique()))])).Is(200).Json;
        var added = Unique();

        (await SendFormAsync("PATCH", $"{Messages}/{message["id"]}", Owner, Form(null, ("more.bin", added)))).Is(400, 30015);

        Assert.DoesNotContain(BlobOf(added), await BlobsAsync(Host));
    }

    [Fact]
    public async Task Names_lose_their_folders_and_control_characters()
    {
        var form = new MultipartFormDataContent();
        foreach (var (index, name) in new[] { "../../../etc/passwd", "..\\evil.bat", "x\ty<z>.html" }.Index())
        {
            var part = new ByteArrayContent(Unique());
            part.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"files[{index}]\"; filename=\"{name}\"");
            form.Add(part);
        }

        var message = (await SendFormAsync("POST", Messages, Owner, form)).Is(200).Json;

        Assert.Equal(["passwd", "evil.bat", "x_yz.html"], message["attachments"]!.AsArray().Select(file => (string)file!["filename"]!));
        Assert.All(await BlobsAsync(Host), path => Assert.Matches("^(drafts/[0-9a-f]{32}|[0-9a-f]{2}/[0-9a-f]{62})$", path));
        foreach (var file in message["attachments"]!.AsArray())
            Assert.Equal(200, (await FetchAsync((string)file!["url"]!)).Status);
    }

    [Fact]
    public async Task Pages_and_drawings_are_never_shown_as_such()
    {
        var message = (await PostFilesAsync(null, ("page.html", [.. "<!doctype html><script>alert(1)</script>"u8]), ("drawing.svg", [.. "<svg onload='alert(1)'/>"u8]), ("noise.png", Samples.Noise(50)), ("real.gif", Samples.Gif()))).Is(200).Json;

        for (var i = 0; i < 3; i++)
        {
            using var response = (await FetchAsync(UrlOf(message, i))).Response;
            Assert.Contains(response.Content.Headers.ContentType!.MediaType, new[] { "text/plain", "application/octet-stream" });
            Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("default-src 'none'; sandbox", response.Headers.GetValues("Content-Security-Policy").Single());
        }

        using var shown = (await FetchAsync(UrlOf(message, 3))).Response;
        Assert.Equal("image/gif", shown.Content.Headers.ContentType!.MediaType);
        Assert.Null(shown.Content.Headers.ContentDisposition);
        Assert.Equal("*", shown.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Fact]
    public async Task A_file_is_read_in_ranges_and_not_again_when_it_is_known()
    {
        var file = Unique(1000);
        var url = UrlOf(await PostFileAsync("r.bin", file));

        var (status, bytes, response) = await FetchAsync(url, ("Range", "bytes=100-199"));
        Assert.Equal(206, status);
        Assert.Equal(file[100..200], bytes);
        Assert.Equal("bytes 100-199/1000", response.Content.Headers.ContentRange!.ToString());
        Assert.Equal(file[^5..], (await FetchAsync(url, ("Range", "bytes=-5"))).Bytes);
        Assert.Equal(416, (await FetchAsync(url, ("Range", "bytes=1000-"))).Status);
        var etag = response.Headers.ETag!.ToString();
        Assert.Equal(304, (await FetchAsync(url, ("If-None-Match", etag))).Status);
        Assert.Equal(200, (await FetchAsync(url, ("If-None-Match", "\"other\""))).Status);
    }

    [Fact]
    public async Task An_address_is_good_for_its_file_and_its_time_alone()
    {
        var (mine, other) = (await PostFileAsync("a.bin", Unique()), await PostFileAsync("a.bin", Unique()));
        var (url, otherId) = (UrlOf(mine), (string)other["attachments"]![0]!["id"]!);
        var (id, elsewhere) = ((string)mine["attachments"]![0]!["id"]!, await NewChannelAsync());
        var signing = Host.Services.GetRequiredService<MessageAttachments>();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        Assert.Equal(200, (await FetchAsync(url)).Status);
        foreach (var wrong in new[]
        {
            url.Replace(id, otherId, StringComparison.Ordinal), url.Replace($"/{Hall.ChannelId}/", $"/{elsewhere}/", StringComparison.Ordinal), url.Replace("a.bin", "b.bin", StringComparison.Ordinal),
            url.Replace("ex=", "ex=f", StringComparison.Ordinal), url.Replace("is=", "is=1", StringComparison.Ordinal), url[..url.IndexOf('?', StringComparison.Ordinal)], url.Replace("hm=", "hm=0", StringComparison.Ordinal),
            url[..^3] + (url[^3] == '0' ? "1" : "0") + url[^2..],
        })
            Assert.Equal(404, (await FetchAsync(wrong)).Status);
        var attachment = IdOf(mine["attachments"]![0]!);
        Assert.Equal(200, (await FetchAsync(signing.Sign(Hall.ChannelId, attachment, "a.bin", now - 100, now + 100))).Status);
        Assert.Equal(404, (await FetchAsync(signing.Sign(Hall.ChannelId, attachment, "a.bin", now - 100, now - 1))).Status);
        // Rightly signed, but not there.
        Assert.Equal(404, (await FetchAsync(signing.Sign(elsewhere, attachment, "a.bin", now, now + 100))).Status);
    }

    [Fact]
    public async Task Who_may_not_attach_files_attaches_none_and_stores_none()
    {
        var member = await NewMemberAsync();
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/roles/{Hall.Id}", Owner, new { permissions = ((ulong)(Permissions.DefaultEveryone & ~Permissions.AttachFiles)).ToString() })).Is(200);
        var file = Unique();

        (await SendFormAsync("POST", Messages, member, Form(new { content = "x" }, ("a.bin", file)))).Is(403, 50013);

        Assert.DoesNotContain(BlobOf(file), await BlobsAsync(Host));
        // Libraries send forms without files, too.
        (await SendFormAsync("POST", Messages, member, Form(new { content = "no file" }))).Is(200);
        (await Host.SendAsync("POST", $"/channels/{Hall.ChannelId}/attachments", member, new { files = new[] { new { id = "0", filename = "a.bin", file_size = 5 } } })).Is(403, 50013);
        var stranger = await Host.RegisterAsync();
        (await SendFormAsync("POST", Messages, stranger, Form(new { content = "x" }, ("a.bin", file)))).Is(403, 50001);
    }

    [Fact]
    public async Task A_refused_message_leaves_no_file()
    {
        var file = Unique();

        (await PostFilesAsync(new { content = new string('x', 2001) }, ("a.bin", file))).IsInvalid("content: BASE_TYPE_MAX_LENGTH");
        (await PostFilesAsync(new { content = "x", message_reference = new { message_id = "1" } }, ("a.bin", file))).IsInvalid("message_reference: REPLIES_UNKNOWN_MESSAGE");
        (await SendFormAsync("PATCH", $"{Messages}/1", Owner, Form(null, ("a.bin", file)))).Is(404, 10008);
        (await SendFormAsync("POST", $"/guilds/{Hall.Id}/channels", Owner, Form(new { name = "x" }, ("a.bin", file)))).IsInvalid(": CONTENT_TYPE_INVALID");

        Assert.DoesNotContain(BlobOf(file), await BlobsAsync(Host));
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a.bin\"\r\n\r\nhalf a fi")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a.bin\"\r\n\r\nwhole\r\n--b\r\nContent-Disposition: form-data; name=\"pay")]
    [InlineData("--b\r\nContent-Type: text/plain\r\n\r\nno name\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{broken\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a.bin\"\r\n\r\nwhole\r\n--b\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{broken\r\n--b--")]
    [InlineData("no boundary at all")]
    public async Task A_broken_form_is_refused_and_leaves_nothing(string body)
    {
        var before = await BlobsAsync(Host);

        (await SendFormAsync("POST", Messages, Owner, WithBoundary(body))).Is(400, 50109);

        Assert.Equal(before, await BlobsAsync(Host));
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_nothing()
    {
        var before = await BlobsAsync(Host);
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, Host.Port);
            var head = $"POST /api/v10{Messages} HTTP/1.1\r\nHost: x\r\nAuthorization: {Owner.Authorization}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000000\r\n\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a.bin\"\r\n\r\n" + new string('x', 200_000);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await UntilAsync(async () => (await BlobsAsync(Host)).Any(path => path.StartsWith("drafts/", StringComparison.Ordinal)));
        }

        await UntilAsync(async () => before.SequenceEqual(await BlobsAsync(Host)));
    }

    [Fact]
    public async Task Embeds_show_files_of_the_message()
    {
        var png = Samples.Png(77, 66);
        var message = (await PostFilesAsync(new { embeds = new[] { new { title = "chart", image = new { url = "attachment://my chart.png" } } } }, ("my chart.png", png), ("raw.csv", Notes))).Is(200).Json;

        // What an embed shows is not shown again below it.
        Assert.Equal(["raw.csv"], message["attachments"]!.AsArray().Select(file => (string)file!["filename"]!));
        Assert.Equal(png, (await FetchAsync((string)message["embeds"]![0]!["image"]!["url"]!)).Bytes);

        // It stays while the embed does, though clients cannot list it, and goes with it.
        var edited = (await Host.SendAsync("PATCH", $"{Messages}/{message["id"]}", Owner, new { attachments = Array.Empty<object>() })).Is(200).Json;
        Assert.Equal(200, (await FetchAsync((string)edited["embeds"]![0]!["image"]!["url"]!)).Status);
        (await Host.SendAsync("PATCH", $"{Messages}/{message["id"]}", Owner, new { content = "no chart", embeds = Array.Empty<object>() })).Is(200);
        Assert.Equal(404, (await FetchAsync((string)edited["embeds"]![0]!["image"]!["url"]!)).Status);
    }

    [Fact]
    public async Task A_forward_shows_the_files_and_keeps_them_when_the_first_message_goes()
    {
        var file = Unique();
        var source = await PostFileAsync("a.bin", file);

        var forward = (await PostAsync(new { message_reference = new { type = 1, channel_id = Hall.ChannelId.ToString(), message_id = (string)source["id"]! } })).Is(200).Json;

        string Shown(JsonNode message) => (string)message["message_snapshots"]![0]!["message"]!["attachments"]![0]!["url"]!;
        Assert.Equal(file, (await FetchAsync(Shown(forward))).Bytes);
        (await Host.SendAsync("DELETE", $"{Messages}/{source["id"]}", Owner)).Is(204);
        Assert.Contains(BlobOf(file), await BlobsAsync(Host));
        Assert.Equal(file, (await FetchAsync(Shown((await Host.HistoryAsync(Owner, Hall.ChannelId))[0]))).Bytes);
        (await Host.SendAsync("DELETE", $"{Messages}/{forward["id"]}", Owner)).Is(204);
        Assert.DoesNotContain(BlobOf(file), await BlobsAsync(Host));
    }

    [Fact]
    public async Task A_post_of_a_forum_has_the_files_of_its_first_message()
    {
        var file = Unique();
        var forum = await Host.CreateChannelAsync(Hall, new { name = "forum", type = 15 });

        var post = (await SendFormAsync("POST", $"/channels/{forum}/threads", Owner, Form(new { name = "look", message = new { content = "here", attachments = new[] { new { id = 0, description = "it" } } } }, ("a.bin", file)))).Is(201).Json;

        var shown = (await Host.HistoryAsync(Owner, IdOf(post)))[0]["attachments"]!.AsArray().Single()!;
        Assert.Equal("it", (string)shown["description"]!);
        Assert.Equal(file, (await FetchAsync((string)shown["url"]!)).Bytes);
        (await Host.SendAsync("DELETE", $"/channels/{post["id"]}", Owner)).Is(200);
        await UntilAsync(async () => !(await BlobsAsync(Host)).Contains(BlobOf(file)));
    }

    [Fact]
    public async Task A_spoiler_is_a_matter_of_the_name()
    {
        var message = (await PostFilesAsync(new { attachments = new[] { new { id = 1, is_spoiler = true } } }, ("SPOILER_a.png", Samples.Png()), ("b.png", Samples.Png()))).Is(200).Json;

        Assert.Equal(["SPOILER_b.png", "SPOILER_a.png"], message["attachments"]!.AsArray().Select(file => (string)file!["filename"]!));
        Assert.All(message["attachments"]!.AsArray(), file => Assert.Equal(8, (int)file!["flags"]! & 8));
    }

    [Fact]
    public async Task A_voice_message_is_one_sound_with_its_length_and_waveform()
    {
        const int Voice = 1 << 13;
        var sound = Samples.Ogg(2);
        object Described(object? more = null) => new { flags = Voice, attachments = new[] { more ?? new { id = 0, duration_secs = 2.5, waveform = "AAEC" } } };

        var message = (await PostFilesAsync(Described(), ("voice-message.ogg", sound))).Is(200).Json;

        Assert.Equal((Voice, 2.5, "AAEC"), ((int)message["flags"]! & Voice, (double)message["attachments"]![0]!["duration_secs"]!, (string)message["attachments"]![0]!["waveform"]!));
        (await Host.SendAsync("PATCH", $"{Messages}/{message["id"]}", Owner, new { content = "spoken" })).Is(403, 50162);
        (await PostFilesAsync(new { flags = Voice, content = "and words", attachments = new[] { new { id = 0, duration_secs = 2.5, waveform = "AAEC" } } }, ("v.ogg", sound))).Is(400, 50159);
        (await PostFilesAsync(Described(), ("v.ogg", sound), ("w.ogg", sound))).Is(400, 50160);
        (await PostFilesAsync(Described(), ("v.ogg", Notes))).Is(400, 50160);
        (await PostAsync(new { flags = Voice })).Is(400, 50006);
        (await PostFilesAsync(Described(new { id = 0 }), ("v.ogg", sound))).Is(400, 50161);
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/roles/{Hall.Id}", Owner, new { permissions = ((ulong)(Permissions.DefaultEveryone & ~Permissions.SendVoiceMessages)).ToString() })).Is(200);
        (await SendFormAsync("POST", Messages, await NewMemberAsync(), Form(Described(), ("v.ogg", sound)))).Is(403, 50173);
    }

    [Fact]
    public async Task Other_peoples_clients_are_not_sent_to_where_a_sender_said()
    {
        using var form = Form(new { content = "x" }, ("a.bin", Unique()));
        var answer = await Host.SendRawAsync("POST", "/api/v10" + Messages, Owner.Authorization, form, ("Host", "evil.example"));

        Assert.StartsWith("http://evil.example/attachments/", UrlOf(answer.Is(200).Json), StringComparison.Ordinal);
        var events = await Host.Database.QueryAsync("SELECT data FROM outbox WHERE name = 'MESSAGE_CREATE'", row => Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)));
        Assert.Contains(events, text => text.Contains($"http://127.0.0.1:{Host.Port}/attachments/{Hall.ChannelId}/", StringComparison.Ordinal));
        Assert.DoesNotContain(events, text => text.Contains("evil.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_has_25_MiB_unless_its_sender_is_premium()
    {
        await using var host = await Site.StartHostAsync(("RateLimits:Enabled", "false"), ("Media:MaxFileBytes", "1000"), ("Media:MaxPremiumFileBytes", "3000000"));
        var owner = await host.RegisterAsync();
        var hall = await host.CreateGuildAsync(owner);
        Task<Answer> SendAsync(params byte[][] files) => SendFormAsync("POST", $"/channels/{hall.ChannelId}/messages", owner, Form(null, [.. files.Select(bytes => ("a.bin", bytes))]), host);

        (await SendAsync(Unique(1000), Unique(1000))).Is(200);
        (await SendAsync(Unique(1001))).Is(413, 40005);
        (await SendAsync(Unique(10), Unique(1001))).Is(413, 40005);
        (await SendAsync(Unique(2_500_000))).Is(413, 40005);
        Assert.Equal(2, (await BlobsAsync(host)).Count);

        Assert.True(await host.Services.GetRequiredService<MediatR.IMediator>().Send(new Modules.Users.Contracts.SetPremiumType(owner.Name, 2)));
        Assert.Equal(2, (int)(await host.SendAsync("GET", "/users/@me", owner)).Is(200).Json["premium_type"]!);
        (await SendAsync(Unique(3_000_000))).Is(200);
        (await SendAsync(Unique(3_000_001))).Is(413, 40005);
    }

    [Fact]
    public async Task A_disk_that_takes_nothing_is_answered_and_leaves_nothing()
    {
        // A file where the folder should be: every attempt to write fails.
        var place = Path.GetTempFileName();
        await using var host = await Site.StartHostAsync(("RateLimits:Enabled", "false"), ("Media:Folder", place));
        var owner = await host.RegisterAsync();
        var hall = await host.CreateGuildAsync(owner);

        (await SendFormAsync("POST", $"/channels/{hall.ChannelId}/messages", owner, Form(new { content = "x" }, ("a.bin", Unique())), host)).Is(503, 130000);
        (await host.SendAsync("PATCH", "/users/@me", owner, new { avatar = Samples.DataUri(Samples.Png()) })).IsInvalid("avatar: IMAGE_NOT_STORED");

        Assert.Empty(await host.HistoryAsync(owner, hall.ChannelId));
        Assert.Null((string?)(await host.SendAsync("GET", "/users/@me", owner)).Json["avatar"]);
        Assert.Equal(0, new FileInfo(place).Length);
        File.Delete(place);
    }

    [Fact]
    public async Task Files_stay_over_a_restart_and_what_was_not_finished_goes()
    {
        var place = await Site.NewPlaceAsync();
        var file = Unique();
        string url, drafts;
        Account owner;
        Hall hall;
        await using (var host = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false")))
        {
            owner = await host.RegisterAsync();
            hall = await host.CreateGuildAsync(owner);
            url = new Uri(UrlOf((await SendFormAsync("POST", $"/channels/{hall.ChannelId}/messages", owner, Form(null, ("a.bin", file)), host)).Is(200).Json)).PathAndQuery;
            // As after a crash: a draft, and a blob whose reference was never committed.
            drafts = Path.Combine(place.Folder, "blobs", "drafts");
            await File.WriteAllTextAsync(Path.Combine(drafts, "left"), "half");
            var lost = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("lost"u8));
            Directory.CreateDirectory(Path.Combine(place.Folder, "blobs", lost[..2]));
            await File.WriteAllTextAsync(Path.Combine(place.Folder, "blobs", lost[..2], lost[2..]), "lost");
            await host.Database.CommitAsync(new BuildingBlocks.Storage.WriteUnit().Add("INSERT INTO media_doubtful (content) VALUES ($1)", lost));
        }

        await using (var host = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false")))
        {
            Assert.Equal([BlobOf(file)], await BlobsAsync(host));
            Assert.Equal(file, (await FetchAsync(host, url)).Bytes);
        }
    }

    private static StringContent WithBoundary(string body)
    {
        var content = TestHost.Text(body, "multipart/form-data");
        content.Headers.ContentType!.Parameters.Add(new("boundary", "b"));
        return content;
    }
}

public sealed class SqliteAttachmentTests(SqliteSite site) : AttachmentTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresAttachmentTests(PostgresSite site) : AttachmentTests(site), IClassFixture<PostgresSite>;
