using Discord.IntegrationTests.Sites;
using Discord.UnitTests.Media;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Pictures of users, members, guilds, roles and applications.</summary>
public abstract class ImageTests(Site site) : FileTests(site)
{
    [Fact]
    public async Task A_user_has_an_avatar_and_a_banner_until_they_are_taken_off()
    {
        var (avatar, banner) = (Samples.Png(12, 12), Samples.Gif(3, 3, frames: 2));
        var me = await Host.RegisterAsync();

        var changed = (await Host.SendAsync("PATCH", "/users/@me", me, new { avatar = Samples.DataUri(avatar), banner = Samples.DataUri(banner, "image/gif") })).Is(200).Json;

        var (avatarHash, bannerHash) = ((string)changed["avatar"]!, (string)changed["banner"]!);
        Assert.Matches("^[0-9a-f]{32}$", avatarHash);
        Assert.Matches("^a_[0-9a-f]{32}$", bannerHash);
        var (status, bytes, response) = await FetchAsync($"/avatars/{me.Id}/{avatarHash}.png?size=64");
        Assert.Equal(200, status);
        Assert.Equal(avatar, bytes);
        Assert.Equal("public, max-age=31536000, immutable", response.Headers.CacheControl!.ToString().Replace("immutable, public, max-age=31536000", "public, max-age=31536000, immutable", StringComparison.Ordinal));
        Assert.Equal("image/png", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(banner, (await FetchAsync($"/banners/{me.Id}/{bannerHash}.gif")).Bytes);
        Assert.Equal(404, (await FetchAsync($"/avatars/{me.Id}/{bannerHash}.gif")).Status);
        Assert.Equal(404, (await FetchAsync($"/avatars/{Owner.Id}/{avatarHash}.png")).Status);

        // The same again is the same; null takes it off, and its file with it.
        Assert.Equal(avatarHash, (string)(await Host.SendAsync("PATCH", "/users/@me", me, new { avatar = Samples.DataUri(avatar) })).Is(200).Json["avatar"]!);
        Assert.Equal(200, (await FetchAsync($"/avatars/{me.Id}/{avatarHash}.webp")).Status);
        Assert.Null((string?)(await Host.SendAsync("PATCH", "/users/@me", me, new { avatar = (string?)null })).Is(200).Json["avatar"]);
        Assert.Equal(404, (await FetchAsync($"/avatars/{me.Id}/{avatarHash}.png")).Status);
        Assert.DoesNotContain(BlobOf(avatar), await BlobsAsync(Host));
        Assert.Equal(bannerHash, (string)(await Host.SendAsync("GET", $"/users/{me.Id}", Owner)).Is(200).Json["banner"]!);
    }

    [Fact]
    public async Task A_new_avatar_replaces_the_old_one()
    {
        var (first, second) = (Samples.Png(21, 1), Samples.Png(22, 1));
        var old = (string)(await Host.SendAsync("PATCH", "/users/@me", Owner, new { avatar = Samples.DataUri(first) })).Is(200).Json["avatar"]!;

        var now = (string)(await Host.SendAsync("PATCH", "/users/@me", Owner, new { avatar = Samples.DataUri(second) })).Is(200).Json["avatar"]!;

        Assert.NotEqual(old, now);
        Assert.Equal(404, (await FetchAsync($"/avatars/{Owner.Id}/{old}.png")).Status);
        Assert.Equal(200, (await FetchAsync($"/avatars/{Owner.Id}/{now}.png")).Status);
        Assert.DoesNotContain(BlobOf(first), await BlobsAsync(Host));
        // Everybody in the guild is told, and members show it.
        Assert.Equal(now, (string)(await Host.SendAsync("GET", $"/guilds/{Hall.Id}/members/{Owner.Id}", Owner)).Is(200).Json["user"]!["avatar"]!);
    }

    [Fact]
    public async Task What_is_no_picture_is_refused_with_its_field_and_changes_nothing()
    {
        foreach (var wrong in new object[]
        {
            "not a data uri", "data:image/png;base64,%%%", "data:image/png,plain", 5, Samples.DataUri([.. "<svg/>"u8], "image/svg+xml"), Samples.DataUri(Samples.Noise(100)), Samples.DataUri([]),
            Samples.DataUri(Samples.Png()[..20]), Samples.DataUri(Samples.Mp3(1), "audio/mpeg"),
        })
            (await Host.SendAsync("PATCH", "/users/@me", Owner, new { avatar = wrong })).IsInvalid("avatar: IMAGE_INVALID");
        foreach (var field in new[] { "icon", "splash", "discovery_splash", "banner" })
            (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}", Owner, new Dictionary<string, object> { ["name"] = "renamed", [field] = "x" })).IsInvalid($"{field}: IMAGE_INVALID");

        Assert.Equal("hall", (string)(await Host.SendAsync("GET", $"/guilds/{Hall.Id}", Owner)).Is(200).Json["name"]!);
        // What the client calls it does not count.
        (await Host.SendAsync("PATCH", "/users/@me", Owner, new { avatar = Samples.DataUri(Samples.Png(), "text/html") })).Is(200);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task An_avatar_has_10_MiB(int more, bool taken)
    {
        var picture = Samples.Png();
        var padded = new byte[(10 << 20) + more];
        picture.CopyTo(padded, 0);

        var answer = await Host.SendAsync("PATCH", "/users/@me", Owner, new { avatar = Samples.DataUri(padded) });

        if (taken)
            answer.Is(200);
        else
            answer.IsInvalid("avatar: BINARY_TYPE_MAX_SIZE");
    }

    [Fact]
    public async Task A_guild_has_its_pictures_and_they_go_with_it()
    {
        var hall = await Host.CreateGuildAsync(Owner);
        var pictures = Enumerable.Range(0, 4).Select(number => Samples.Png(100 + number, 50)).ToList();

        var guild = (await Host.SendAsync("PATCH", $"/guilds/{hall.Id}", Owner, new
        {
            icon = Samples.DataUri(pictures[0]), splash = Samples.DataUri(pictures[1]), discovery_splash = Samples.DataUri(pictures[2]), banner = Samples.DataUri(pictures[3]),
        })).Is(200).Json;

        foreach (var (path, field, picture) in new[] { ("icons", "icon", 0), ("splashes", "splash", 1), ("discovery-splashes", "discovery_splash", 2), ("banners", "banner", 3) })
            Assert.Equal(pictures[picture], (await FetchAsync($"/{path}/{hall.Id}/{guild[field]}.png")).Bytes);
        (await Host.SendAsync("PATCH", $"/guilds/{hall.Id}", Owner, new { name = "other name" })).Is(200);
        Assert.Equal(200, (await FetchAsync($"/icons/{hall.Id}/{guild["icon"]}.png")).Status);
        Assert.Equal(4, (await BlobsAsync(Host)).Intersect(pictures.Select(BlobOf)).Count());

        (await Host.SendAsync("DELETE", $"/guilds/{hall.Id}", Owner)).Is(204);

        Assert.Empty((await BlobsAsync(Host)).Intersect(pictures.Select(BlobOf)));
        Assert.Equal(404, (await FetchAsync($"/icons/{hall.Id}/{guild["icon"]}.png")).Status);
    }

    [Fact]
    public async Task A_guild_can_be_made_with_an_icon()
    {
        var icon = Samples.WebP(40, 40);

        var guild = (await Host.SendAsync("POST", "/guilds", Owner, new { name = "with icon", icon = Samples.DataUri(icon, "image/webp") })).Is(201).Json;

        Assert.Equal(icon, (await FetchAsync($"/icons/{guild["id"]}/{guild["icon"]}.webp")).Bytes);
    }

    [Fact]
    public async Task A_member_looks_different_in_one_guild_alone()
    {
        var (avatar, banner) = (Samples.Png(31, 31), Samples.Png(32, 32));
        var member = await NewMemberAsync();

        var changed = (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/members/@me", member, new { avatar = Samples.DataUri(avatar), banner = Samples.DataUri(banner) })).Is(200).Json;

        var path = $"/guilds/{Hall.Id}/users/{member.Id}";
        Assert.Equal(avatar, (await FetchAsync($"{path}/avatars/{changed["avatar"]}.png")).Bytes);
        Assert.Equal(banner, (await FetchAsync($"{path}/banners/{changed["banner"]}.png")).Bytes);
        Assert.Null((string?)changed["user"]!["avatar"]);
        Assert.Equal((string)changed["avatar"]!, (string)(await Host.SendAsync("GET", $"/guilds/{Hall.Id}/members/{member.Id}", Owner)).Is(200).Json["avatar"]!);
        // Another change leaves them; null takes one off.
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/members/@me", member, new { nick = "nick" })).Is(200);
        var without = (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/members/@me", member, new { banner = (string?)null })).Is(200).Json;
        Assert.Null((string?)without["banner"]);
        Assert.Equal(404, (await FetchAsync($"{path}/banners/{changed["banner"]}.png")).Status);
        Assert.Equal(200, (await FetchAsync($"{path}/avatars/{changed["avatar"]}.png")).Status);

        (await Host.SendAsync("DELETE", $"/users/@me/guilds/{Hall.Id}", member)).Is(204);
        Assert.Equal(404, (await FetchAsync($"{path}/avatars/{changed["avatar"]}.png")).Status);
        await Host.JoinAsync(Hall, member);
        Assert.Null((string?)(await Host.SendAsync("GET", $"/guilds/{Hall.Id}/members/{member.Id}", Owner)).Is(200).Json["avatar"]);
    }

    [Fact]
    public async Task What_a_member_looks_like_survives_a_restart()
    {
        var place = await Site.NewPlaceAsync();
        Account owner;
        Hall hall;
        string avatar;
        await using (var host = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false")))
        {
            owner = await host.RegisterAsync();
            hall = await host.CreateGuildAsync(owner);
            avatar = (string)(await host.SendAsync("PATCH", $"/guilds/{hall.Id}/members/@me", owner, new { avatar = Samples.DataUri(Samples.Png(9, 9)) })).Is(200).Json["avatar"]!;
        }

        await using (var host = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false")))
        {
            Assert.Equal(avatar, (string)(await host.SendAsync("GET", $"/guilds/{hall.Id}/members/{owner.Id}", owner)).Is(200).Json["avatar"]!);
            Assert.Equal(200, (await FetchAsync(host, $"/guilds/{hall.Id}/users/{owner.Id}/avatars/{avatar}.png")).Status);
        }
    }

    [Fact]
    public async Task A_role_has_an_icon_of_256_KiB()
    {
        var icon = Samples.Png(20, 20);
        var role = (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/roles", Owner, new { name = "painters", icon = Samples.DataUri(icon) })).Is(200).Json;
        Assert.Equal(icon, (await FetchAsync($"/role-icons/{role["id"]}/{role["icon"]}.png")).Bytes);

        var changed = (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/roles/{role["id"]}", Owner, new { icon = Samples.DataUri([.. icon, .. new byte[(256 << 10) - icon.Length]]) })).Is(200).Json;
        Assert.Equal(200, (await FetchAsync($"/role-icons/{role["id"]}/{changed["icon"]}.png")).Status);
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/roles/{role["id"]}", Owner, new { icon = Samples.DataUri([.. icon, .. new byte[(256 << 10) - icon.Length + 1]]) })).IsInvalid("icon: BINARY_TYPE_MAX_SIZE");

        (await Host.SendAsync("DELETE", $"/guilds/{Hall.Id}/roles/{role["id"]}", Owner)).Is(204);
        Assert.Equal(404, (await FetchAsync($"/role-icons/{role["id"]}/{changed["icon"]}.png")).Status);
    }

    [Fact]
    public async Task An_application_has_an_icon_and_a_cover()
    {
        var application = (await Host.SendAsync("POST", "/applications", Owner, new { name = "helper" })).Json;

        var changed = (await Host.SendAsync("PATCH", $"/applications/{application["id"]}", Owner, new { icon = Samples.DataUri(Samples.Png(1, 2)), cover_image = Samples.DataUri(Samples.Png(2, 1)) })).Is(200).Json;

        Assert.Equal(Samples.Png(1, 2), (await FetchAsync($"/app-icons/{application["id"]}/{changed["icon"]}.png")).Bytes);
        Assert.Equal(Samples.Png(2, 1), (await FetchAsync($"/app-icons/{application["id"]}/{changed["cover_image"]}.png")).Bytes);
        (await Host.SendAsync("PATCH", $"/applications/{application["id"]}", Owner, new { icon = "x" })).IsInvalid("icon: IMAGE_INVALID");
    }

    [Theory]
    [InlineData("/embed/avatars/0.png", 200)]
    [InlineData("/embed/avatars/5.png", 200)]
    [InlineData("/embed/avatars/6.png", 404)]
    [InlineData("/embed/avatars/-1.png", 404)]
    [InlineData("/embed/avatars/x.png", 404)]
    [InlineData("/avatars/x/y.png", 404)]
    [InlineData("/avatars/1/.png", 404)]
    [InlineData("/avatars/1/%2e%2e%2f%2e%2e.png", 404)]
    [InlineData("/guilds/x/users/1/avatars/y.png", 404)]
    [InlineData("/emojis/1.png", 404)]
    [InlineData("/stickers/nothing", 404)]
    public async Task Paths_lead_to_pictures_or_to_nothing(string path, int status)
    {
        var (answered, bytes, _) = await FetchAsync(path);

        Assert.Equal(status, answered);
        if (status == 200)
            Assert.Equal([0x89, 0x50, 0x4E, 0x47], bytes[..4]);
    }
}

public sealed class SqliteImageTests(SqliteSite site) : ImageTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresImageTests(PostgresSite site) : ImageTests(site), IClassFixture<PostgresSite>;
