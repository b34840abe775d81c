using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Media.Blobs;
using Discord.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discord.IntegrationTests.Api;

/// <summary>What tests of files share: forms of parts, and a look into the blob store.</summary>
public abstract class FileTests(Site site) : ChannelTests(site)
{
    protected static readonly byte[] Notes = [.. "some notes\n"u8];

    /// <summary>A form of parts with payload_json and files[n].</summary>
    protected static MultipartFormDataContent Form(object? payload, params (string Name, byte[] Bytes)[] files)
    {
        var form = new MultipartFormDataContent();
        if (payload is not null)
            form.Add(new StringContent(JsonSerializer.Serialize(payload), Encoding.UTF8, "application/json"), "payload_json");
        for (var i = 0; i < files.Length; i++)
            form.Add(new ByteArrayContent(files[i].Bytes), $"files[{i}]", files[i].Name);
        return form;
    }

    protected async Task<Answer> SendFormAsync(string method, string path, Account caller, HttpContent form, TestHost? host = null)
    {
        using (form)
            return await (host ?? Host).SendRawAsync(method, "/api/v10" + path, caller.Authorization, form);
    }

    protected Task<Answer> PostFilesAsync(object? payload, params (string Name, byte[] Bytes)[] files) => SendFormAsync("POST", Messages, Owner, Form(payload, files));

    /// <summary>Posts one file and returns the message.</summary>
    protected async Task<JsonNode> PostFileAsync(string name, byte[] bytes) => (await PostFilesAsync(new { }, (name, bytes))).Is(200).Json;

    /// <summary>Reads a file as a browser does.</summary>
    /// <param name="url">Absolute, or a path.</param>
    protected static async Task<(int Status, byte[] Bytes, HttpResponseMessage Response)> FetchAsync(TestHost host, string url, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, url.StartsWith('/') ? $"http://127.0.0.1:{host.Port}{url}" : url);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response);
    }

    protected async Task<(int Status, byte[] Bytes, HttpResponseMessage Response)> FetchAsync(string url, params (string Name, string Value)[] headers) => await FetchAsync(Host, url, headers);

    protected static string UrlOf(JsonNode message, int index = 0) => (string)message["attachments"]![index]!["url"]!;

    /// <summary>The files in the blob store, after what nothing refers to was deleted; drafts too.</summary>
    protected static async Task<IReadOnlyList<string>> BlobsAsync(TestHost host)
    {
        await host.Services.GetRequiredService<BlobKeeper>().SweepAsync(CancellationToken.None);
        var folder = host.Services.GetRequiredService<IConfiguration>()["Media:Folder"]!;
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>Where a file of these bytes is, from the store's folder on.</summary>
    protected static string BlobOf(byte[] bytes)
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        return Path.Combine(hash[..2], hash[2..]);
    }

    /// <summary>Bytes that no other test stores.</summary>
    protected static byte[] Unique(int length = 100) => System.Security.Cryptography.RandomNumberGenerator.GetBytes(length);

    protected static Snowflake IdOf(JsonNode node) => TestHost.Id(node["id"]);

    protected static void AddField(MultipartFormDataContent form, string name, string value, string? type = null)
    {
        var part = new StringContent(value);
        part.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        form.Add(part, name);
    }
}
