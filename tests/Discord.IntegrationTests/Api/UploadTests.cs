using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Media.Storage;
using Discord.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Files that are uploaded before their message, and addresses that are signed anew.</summary>
public abstract class UploadTests(Site site) : FileTests(site)
{
    [Fact]
    public async Task A_file_is_announced_put_and_shown_by_a_message()
    {
        var file = Unique(2000);
        var place = await AnnounceAsync(Owner, file.Length, "my file.bin");
        Assert.Equal("7", (string)place["id"]!);
        Assert.Equal(200, await PutAsync(place, file));

        var message = (await PostAsync(new { content = "here", attachments = new[] { new { id = "7", filename = "my file.bin", uploaded_filename = (string)place["upload_filename"]!, description = "mine" } } })).Is(200).Json;

        Assert.Equal(("my_file.bin", "mine"), ((string)message["attachments"]![0]!["filename"]!, (string)message["attachments"]![0]!["description"]!));
        Assert.Equal(file, (await FetchAsync(UrlOf(message))).Bytes);
        // It was taken: neither another message nor another PUT finds it.
        (await UseAsync(Owner, place)).Is(404, 50146);
        Assert.Equal(404, await PutAsync(place, file));
        Assert.Contains(BlobOf(file), await BlobsAsync(Host));
    }

    [Fact]
    public async Task Nobody_else_and_no_other_channel_can_use_an_upload()
    {
        var file = Unique();
        var member = await NewMemberAsync();
        var place = await AnnounceAsync(member, file.Length);
        Assert.Equal(200, await PutAsync(place, file));
        var elsewhere = await NewChannelAsync();

        (await UseAsync(Owner, place)).Is(404, 50146);
        (await Host.SendAsync("POST", $"/channels/{elsewhere}/messages", member, Body(place))).Is(404, 50146);
        (await Host.SendAsync("DELETE", $"/attachments/{place["upload_filename"]}", Owner)).Is(404, 50146);
        (await UseAsync(member, place)).Is(200);
    }

    [Fact]
    public async Task An_upload_without_its_bytes_and_an_unknown_one_are_no_files()
    {
        var place = await AnnounceAsync(Owner, 10);

        (await UseAsync(Owner, place)).Is(404, 50146);
        (await PostAsync(new { attachments = new[] { new { id = 0, uploaded_filename = "00000000000000000000000000000000" } } })).Is(404, 50146);
        Assert.Equal(404, await PutAsync(new JsonObject { ["upload_url"] = $"http://127.0.0.1:{Host.Port}/uploads/nothing" }, Unique()));
    }

    [Fact]
    public async Task A_file_is_not_longer_than_announced()
    {
        var place = await AnnounceAsync(Owner, 100);
        var (whole, longer) = (Unique(100), Unique(101));

        Assert.Equal(413, await PutAsync(place, longer));
        Assert.Equal(413, await PutAsync(place, longer, chunked: true));
        Assert.Equal(200, await PutAsync(place, whole, chunked: true));

        Assert.DoesNotContain(BlobOf(longer), await BlobsAsync(Host));
        (await UseAsync(Owner, place)).Is(200);
    }

    [Fact]
    public async Task Another_put_replaces_the_bytes_and_taking_back_deletes_them()
    {
        var (first, second) = (Unique(), Unique());
        var place = await AnnounceAsync(Owner, 100);
        Assert.Equal(200, await PutAsync(place, first));
        Assert.Contains(BlobOf(first), await BlobsAsync(Host));

        Assert.Equal(200, await PutAsync(place, second));
        Assert.DoesNotContain(BlobOf(first), await BlobsAsync(Host));
        (await Host.SendAsync("DELETE", $"/attachments/{place["upload_filename"]}", Owner)).Is(204);

        Assert.DoesNotContain(BlobOf(second), await BlobsAsync(Host));
        (await Host.SendAsync("DELETE", $"/attachments/{place["upload_filename"]}", Owner)).Is(404, 50146);
    }

    [Fact]
    public async Task Announcements_are_checked()
    {
        var path = $"/channels/{Hall.ChannelId}/attachments";
        var small = new { id = "0", filename = "a.bin", file_size = 1 };

        (await Host.SendAsync("POST", path, Owner, new { })).IsInvalid("files: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("POST", path, Owner, new { files = Array.Empty<object>() })).IsInvalid("files: BASE_TYPE_BAD_LENGTH");
        (await Host.SendAsync("POST", path, Owner, new { files = new object[] { new { filename = "" }, new { filename = "x", file_size = 0 } } }))
            .IsInvalid("files.0.file_size: BASE_TYPE_REQUIRED", "files.0.filename: BASE_TYPE_REQUIRED", "files.1.file_size: NUMBER_TYPE_MIN");
        (await Host.SendAsync("POST", path, Owner, new { files = Enumerable.Repeat(small, 11) })).Is(400, 50035);
        (await Host.SendAsync("POST", path, Owner, new { files = new[] { small with { file_size = (25 << 20) + 1 } } })).Is(413, 40005);
        (await Host.SendAsync("POST", path, await Host.RegisterAsync(), new { files = new[] { small } })).Is(403, 50001);
        for (var i = 0; i < 5; i++)
            (await Host.SendAsync("POST", path, Owner, new { files = Enumerable.Repeat(small, 10) })).Is(200);
        (await Host.SendAsync("POST", path, Owner, new { files = new[] { small } })).Is(400, 400001);
    }

    [Fact]
    public async Task What_nobody_took_within_a_day_is_gone()
    {
        var file = Unique();
        var place = await AnnounceAsync(Owner, file.Length);
        Assert.Equal(200, await PutAsync(place, file));
        var name = (string)place["upload_filename"]!;
        var old = (await Host.Services.GetRequiredService<MediaStore>().FindUploadAsync(name))!.CreatedAt.UnixMilliseconds - (long)TimeSpan.FromHours(25).TotalMilliseconds;
        await Host.Database.CommitAsync(new BuildingBlocks.Storage.WriteUnit().Add("UPDATE media_uploads SET created_at = $2 WHERE name = $1", name, old));

        (await UseAsync(Owner, place)).Is(404, 50146);
        Assert.Equal(404, await PutAsync(place, file));
        await AnnounceAsync(Owner, 5);

        Assert.DoesNotContain(BlobOf(file), await BlobsAsync(Host));
    }

    [Fact]
    public async Task Addresses_are_signed_anew_for_those_who_may_read_them()
    {
        var url = UrlOf(await PostFileAsync("a.bin", Unique()));
        var expired = url[..url.IndexOf('?', StringComparison.Ordinal)] + "?ex=1&is=0&hm=00";
        Assert.Equal(404, (await FetchAsync(expired)).Status);

        var refreshed = await RefreshAsync(Owner, expired);

        Assert.Equal(expired, (string)refreshed["original"]!);
        Assert.Equal(200, (await FetchAsync((string)refreshed["refreshed"]!)).Status);
        // Whatever the host was called then: attachments are ours by their path.
        Assert.NotNull((string?)(await RefreshAsync(Owner, expired.Replace("127.0.0.1", "cdn.example", StringComparison.Ordinal)))["refreshed"]);
    }

    [Fact]
    public async Task Nobody_has_an_address_signed_that_is_not_theirs_to_read()
    {
        var message = await PostFileAsync("a.bin", Unique());
        var url = UrlOf(message);
        var stranger = await Host.RegisterAsync();
        var own = (await Host.SendAsync("POST", "/users/@me/channels", stranger, new { recipient_id = Owner.Id.ToString() })).Is(200).Json;

        Assert.Null((string?)(await RefreshAsync(stranger, url))["refreshed"]);
        foreach (var guess in new[]
        {
            url.Replace($"/{Hall.ChannelId}/", $"/{own["id"]}/", StringComparison.Ordinal), url.Replace("a.bin", "b.bin", StringComparison.Ordinal), url.Replace("/attachments/", "/avatars/", StringComparison.Ordinal),
            url.Replace((string)message["attachments"]![0]!["id"]!, "1", StringComparison.Ordinal), "no url", "http://x/attachments/a/b/c", "http://x/attachments/1/2/%2e%2e%2fc",
        })
        {
            Assert.Null((string?)(await RefreshAsync(stranger, guess))["refreshed"]);
            Assert.Null((string?)(await RefreshAsync(Owner, guess))["refreshed"]);
        }

        var path = "/attachments/refresh-urls";
        (await Host.SendAsync("POST", path, Owner, new { })).IsInvalid("attachment_urls: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("POST", path, Owner, new { attachment_urls = Array.Empty<string>() })).IsInvalid("attachment_urls: BASE_TYPE_BAD_LENGTH");
        (await Host.SendAsync("POST", path, Owner, new { attachment_urls = Enumerable.Repeat(url, 51) })).IsInvalid("attachment_urls: BASE_TYPE_MAX_LENGTH");
        (await Host.SendAsync("POST", path, Owner, new { attachment_urls = new object[] { 5 } })).IsInvalid("attachment_urls.0: URL_TYPE_INVALID_URL");
        Assert.Equal(50, (await Host.SendAsync("POST", path, Owner, new { attachment_urls = Enumerable.Repeat(url, 50) })).Is(200).Json["refreshed_urls"]!.AsArray().Count);
    }

    private async Task<JsonNode> AnnounceAsync(Account caller, long size, string filename = "a.bin") =>
        (await Host.SendAsync("POST", $"/channels/{Hall.ChannelId}/attachments", caller, new { files = new[] { new { id = "7", filename, file_size = size } } })).Is(200).Json["attachments"]![0]!;

    private static async Task<int> PutAsync(JsonNode place, byte[] bytes, bool chunked = false)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, (string)place["upload_url"]!) { Content = new ByteArrayContent(bytes) };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await client.SendAsync(request);
        return (int)response.StatusCode;
    }

    private static object Body(JsonNode place) => new { attachments = new[] { new { id = 0, uploaded_filename = (string)place["upload_filename"]! } } };

    private Task<Answer> UseAsync(Account caller, JsonNode place) => PostAsync(Body(place), caller);

    private async Task<JsonNode> RefreshAsync(Account caller, string url) =>
        (await Host.SendAsync("POST", "/attachments/refresh-urls", caller, new { attachment_urls = new[] { url } })).Is(200).Json["refreshed_urls"]![0]!;
}

public sealed class SqliteUploadTests(SqliteSite site) : UploadTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresUploadTests(PostgresSite site) : UploadTests(site), IClassFixture<PostgresSite>;
