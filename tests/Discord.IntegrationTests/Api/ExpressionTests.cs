using System.Text.Json.Nodes;
using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Discord.UnitTests.Media;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Emojis, stickers and sounds: made, changed, listed, used, deleted, and by whom.</summary>
public abstract class ExpressionTests(Site site) : FileTests(site)
{
    private string Emojis => $"/guilds/{Hall.Id}/emojis";

    private string Stickers => $"/guilds/{Hall.Id}/stickers";

    private string Sounds => $"/guilds/{Hall.Id}/soundboard-sounds";

    [Fact]
    public async Task An_emoji_is_made_listed_renamed_and_deleted()
    {
        var image = Samples.Png(48, 48);

        var made = (await Host.SendAsync("POST", Emojis, Owner, new { name = "party", image = Samples.DataUri(image), roles = Array.Empty<string>() })).Is(201).Json;

        Assert.Equal(("party", false, true, false, true), ((string)made["name"]!, (bool)made["animated"]!, (bool)made["require_colons"]!, (bool)made["managed"]!, (bool)made["available"]!));
        Assert.Equal(Owner.Id, IdOf(made["user"]!));
        Assert.Equal(image, (await FetchAsync($"/emojis/{made["id"]}.webp?size=48")).Bytes);
        var one = $"{Emojis}/{made["id"]}";
        Assert.True(JsonNode.DeepEquals(made, (await Host.SendAsync("GET", one, Owner)).Is(200).Json));
        Assert.Equal((string)made["id"]!, (string)(await Host.SendAsync("GET", Emojis, Owner)).Is(200).Json.AsArray().Single()!["id"]!);
        var guild = (await Host.SendAsync("GET", $"/guilds/{Hall.Id}", Owner)).Is(200).Json;
        Assert.Empty(guild["emojis"]!.AsArray().Single()!["roles"]!.AsArray());

        Assert.Equal("fun_1", (string)(await Host.SendAsync("PATCH", one, Owner, new { name = "fun_1", roles = new[] { Hall.Id.ToString() } })).Is(200).Json["name"]!);
        Assert.Single((await Host.SendAsync("GET", one, Owner)).Is(200).Json["roles"]!.AsArray());
        Assert.Empty((await Host.SendAsync("PATCH", one, Owner, new { roles = (object?)null })).Is(200).Json["roles"]!.AsArray());
        (await Host.SendAsync("DELETE", one, Owner)).Is(204);

        (await Host.SendAsync("GET", one, Owner)).Is(404, 10014);
        Assert.Equal(404, (await FetchAsync($"/emojis/{made["id"]}.png")).Status);
        Assert.DoesNotContain(BlobOf(image), await BlobsAsync(Host));
        Assert.Equal([60, 61, 61, 62], await AuditAsync(TestHost.Id(made["id"])));
    }

    [Theory]
    [InlineData("a", "name: BASE_TYPE_BAD_LENGTH")]
    [InlineData("no blanks", "name: STRING_TYPE_REGEX")]
    [InlineData("no-dash", "name: STRING_TYPE_REGEX")]
    [InlineData("émile", "name: STRING_TYPE_REGEX")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456", "name: BASE_TYPE_BAD_LENGTH")]
    public async Task An_emoji_has_2_to_32_letters(string name, string error) =>
        (await Host.SendAsync("POST", Emojis, Owner, new { name, image = Samples.DataUri(Samples.Png()) })).IsInvalid(error);

    [Fact]
    public async Task An_emoji_needs_an_image_and_roles_of_its_guild()
    {
        var png = Samples.DataUri(Samples.Png());
        (await Host.SendAsync("POST", Emojis, Owner, new { name = "ok" })).IsInvalid("image: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("POST", Emojis, Owner, new { image = png })).IsInvalid("name: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("POST", Emojis, Owner, new { name = "ok", image = png, roles = new[] { "5" } })).IsInvalid("roles.0: ROLE_INVALID");
        (await Host.SendAsync("POST", Emojis, Owner, new { name = "ok", image = Samples.DataUri(Samples.Ogg(1)) })).IsInvalid("image: IMAGE_INVALID");
        byte[] most = [.. Samples.Png(), .. new byte[(256 << 10) - Samples.Png().Length]];
        (await Host.SendAsync("POST", Emojis, Owner, new { name = "ok", image = Samples.DataUri(most) })).Is(201);
        (await Host.SendAsync("POST", Emojis, Owner, new { name = "ok", image = Samples.DataUri([.. most, 0]) })).IsInvalid("image: BINARY_TYPE_MAX_SIZE");
    }

    [Fact]
    public async Task A_guild_has_fifty_emojis_of_each_kind()
    {
        var hall = await Host.CreateGuildAsync(Owner);
        Task<Answer> MakeAsync(byte[] image) => Host.SendAsync("POST", $"/guilds/{hall.Id}/emojis", Owner, new { name = "many", image = Samples.DataUri(image) });
        for (var i = 0; i < 50; i++)
            (await MakeAsync(Samples.Png())).Is(201);

        (await MakeAsync(Samples.Png())).Is(400, 30008);
        for (var i = 0; i < 50; i++)
            Assert.True((bool)(await MakeAsync(Samples.Gif(frames: 2))).Is(201).Json["animated"]!);
        (await MakeAsync(Samples.Gif(frames: 2))).Is(400, 30018);
    }

    [Fact]
    public async Task Members_change_their_own_and_managers_everybodys()
    {
        var (maker, manager, other) = (await NewMemberAsync(), await NewMemberAsync(), await NewMemberAsync());
        await GrantAsync(maker, Permissions.CreateGuildExpressions);
        await GrantAsync(manager, Permissions.ManageGuildExpressions);
        var png = Samples.DataUri(Samples.Png());

        (await Host.SendAsync("POST", Emojis, other, new { name = "mine", image = png })).Is(403, 50013);
        (await Host.SendAsync("POST", Emojis, manager, new { name = "mine", image = png })).Is(403, 50013);
        var own = (await Host.SendAsync("POST", Emojis, maker, new { name = "mine", image = png })).Is(201).Json;
        var owners = (await Host.SendAsync("POST", Emojis, Owner, new { name = "theirs", image = png })).Is(201).Json;

        (await Host.SendAsync("PATCH", $"{Emojis}/{own["id"]}", maker, new { name = "still_mine" })).Is(200);
        (await Host.SendAsync("PATCH", $"{Emojis}/{owners["id"]}", maker, new { name = "mine_now" })).Is(403, 50013);
        (await Host.SendAsync("DELETE", $"{Emojis}/{owners["id"]}", other)).Is(403, 50013);
        (await Host.SendAsync("PATCH", $"{Emojis}/{own["id"]}", manager, new { name = "managed" })).Is(200);
        Assert.NotNull((await Host.SendAsync("GET", $"{Emojis}/{own["id"]}", manager)).Is(200).Json["user"]);
        Assert.Null((await Host.SendAsync("GET", $"{Emojis}/{own["id"]}", other)).Is(200).Json["user"]);
        (await Host.SendAsync("DELETE", $"{Emojis}/{own["id"]}", maker)).Is(204);
        // Those of another guild are unknown here, and this guild is unknown to others.
        var elsewhere = await Host.CreateGuildAsync(Owner);
        (await Host.SendAsync("DELETE", $"/guilds/{elsewhere.Id}/emojis/{owners["id"]}", Owner)).Is(404, 10014);
        (await Host.SendAsync("GET", Emojis, await Host.RegisterAsync())).Is(404, 10004);
    }

    [Fact]
    public async Task Reactions_are_made_with_emojis_that_there_are_and_that_one_may_use()
    {
        var emoji = (await Host.SendAsync("POST", Emojis, Owner, new { name = "wave", image = Samples.DataUri(Samples.Gif(frames: 2)) })).Is(201).Json;
        var message = await Host.PostAsync(Owner, Hall.ChannelId);
        string React(string text, long by = 0) => $"{Messages}/{message}/reactions/{Uri.EscapeDataString(text)}{(by == 0 ? "/@me" : "")}";

        // By its id: the name is the emoji's own, whatever was said.
        (await Host.SendAsync("PUT", React($"a:other:{emoji["id"]}"), Owner)).Is(204);
        (await Host.SendAsync("PUT", React($"wave:{emoji["id"]}"), await NewMemberAsync())).Is(204);
        var shown = (await Host.SendAsync("GET", $"{Messages}/{message}", Owner)).Is(200).Json["reactions"]!.AsArray().Single()!;
        Assert.Equal(("wave", true, 2), ((string)shown["emoji"]!["name"]!, (bool)shown["emoji"]!["animated"]!, (int)shown["count"]!));
        Assert.Equal(2, (await Host.SendAsync("GET", React($"x:{emoji["id"]}", by: 1), Owner)).Is(200).Json.AsArray().Count);
        (await Host.SendAsync("PUT", React("nothing:1234"), Owner)).Is(400, 10014);

        // Of a guild that the caller is not in, then of one where external emojis are not allowed.
        var stranger = await Host.RegisterAsync();
        var elsewhere = await Host.CreateGuildAsync(stranger);
        var foreign = (await Host.SendAsync("POST", $"/guilds/{elsewhere.Id}/emojis", stranger, new { name = "far", image = Samples.DataUri(Samples.Png()) })).Is(201).Json;
        (await Host.SendAsync("PUT", React($"far:{foreign["id"]}"), Owner)).Is(400, 10014);
        await Host.JoinAsync(Hall, stranger);
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/roles/{Hall.Id}", Owner, new { permissions = ((ulong)(Permissions.DefaultEveryone & ~Permissions.UseExternalEmojis)).ToString() })).Is(200);
        (await Host.SendAsync("PUT", React($"far:{foreign["id"]}"), stranger)).Is(403, 50013);
        (await Host.SendAsync("PATCH", $"/guilds/{Hall.Id}/roles/{Hall.Id}", Owner, new { permissions = ((ulong)Permissions.DefaultEveryone).ToString() })).Is(200);
        (await Host.SendAsync("PUT", React($"far:{foreign["id"]}"), stranger)).Is(204);
        // Once it is there, everybody may join in.
        (await Host.SendAsync("PUT", React($"far:{foreign["id"]}"), Owner)).Is(204);
        (await Host.SendAsync("DELETE", React($"far:{foreign["id"]}"), Owner)).Is(204);
        (await Host.SendAsync("DELETE", $"{Messages}/{message}/reactions/{Uri.EscapeDataString($"wave:{emoji["id"]}")}", Owner)).Is(204);
    }

    [Fact]
    public async Task An_emoji_for_roles_is_for_those_alone()
    {
        var role = (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/roles", Owner, new { name = "vip" })).Is(200).Json;
        var emoji = (await Host.SendAsync("POST", Emojis, Owner, new { name = "vip", image = Samples.DataUri(Samples.Png()), roles = new[] { (string)role["id"]! } })).Is(201).Json;
        var member = await NewMemberAsync();
        var reaction = $"{Messages}/{await Host.PostAsync(Owner, Hall.ChannelId)}/reactions/vip:{emoji["id"]}/@me";

        (await Host.SendAsync("PUT", reaction, member)).Is(400, 10014);
        (await Host.SendAsync("PUT", $"/guilds/{Hall.Id}/members/{member.Id}/roles/{role["id"]}", Owner)).Is(204);
        (await Host.SendAsync("PUT", reaction, member)).Is(204);
    }

    [Fact]
    public async Task An_application_has_emojis_that_its_bot_uses_anywhere()
    {
        var bot = await Host.AddBotAsync(Hall, Permissions.None);
        var application = (await Host.SendAsync("GET", "/applications/@me", bot)).Is(200).Json;
        var path = $"/applications/{application["id"]}/emojis";
        var image = Samples.Png(33, 33);

        var made = (await Host.SendAsync("POST", path, bot, new { name = "badge", image = Samples.DataUri(image) })).Is(201).Json;

        Assert.Equal(image, (await FetchAsync($"/emojis/{made["id"]}.png")).Bytes);
        Assert.Equal((string)made["id"]!, (string)(await Host.SendAsync("GET", path, Owner)).Is(200).Json["items"]!.AsArray().Single()!["id"]!);
        Assert.Equal("badges", (string)(await Host.SendAsync("PATCH", $"{path}/{made["id"]}", bot, new { name = "badges" })).Is(200).Json["name"]!);
        Assert.Equal("badges", (string)(await Host.SendAsync("GET", $"{path}/{made["id"]}", bot)).Is(200).Json["name"]!);
        var reaction = $"{Messages}/{await Host.PostAsync(Owner, Hall.ChannelId)}/reactions/badges:{made["id"]}/@me";
        (await Host.SendAsync("PUT", reaction, Owner)).Is(400, 10014);
        (await Host.SendAsync("PUT", reaction, bot)).Is(204);

        (await Host.SendAsync("POST", path, bot, new { name = "b", image = "x" })).IsInvalid("image: IMAGE_INVALID", "name: BASE_TYPE_BAD_LENGTH");
        (await Host.SendAsync("GET", path, await Host.RegisterAsync())).Is(403, 20012);
        (await Host.SendAsync("DELETE", $"{path}/{made["id"]}", await Host.RegisterAsync())).Is(403, 20012);
        (await Host.SendAsync("DELETE", $"{path}/{made["id"]}", bot)).Is(204);
        (await Host.SendAsync("GET", $"{path}/{made["id"]}", bot)).Is(404, 10014);
        Assert.DoesNotContain(BlobOf(image), await BlobsAsync(Host));
    }

    [Fact]
    public async Task A_sticker_is_made_from_a_form_listed_sent_changed_and_deleted()
    {
        var image = Samples.Png(320, 320, moves: true);

        var made = (await StickerAsync("patch", image)).Is(201).Json;

        Assert.Equal(("patch", "a patch", "blue", 2, 2, true), ((string)made["name"]!, (string)made["description"]!, (string)made["tags"]!, (int)made["type"]!, (int)made["format_type"]!, (bool)made["available"]!));
        Assert.Equal(image, (await FetchAsync($"/stickers/{made["id"]}.png")).Bytes);
        var one = $"{Stickers}/{made["id"]}";
        Assert.Equal(Owner.Id, IdOf((await Host.SendAsync("GET", one, Owner)).Is(200).Json["user"]!));
        Assert.Single((await Host.SendAsync("GET", Stickers, Owner)).Is(200).Json.AsArray());
        Assert.Null((await Host.SendAsync("GET", $"/stickers/{made["id"]}", await Host.RegisterAsync())).Is(200).Json["user"]);
        var message = (await PostAsync(new { sticker_ids = new[] { (string)made["id"]! } })).Is(200).Json;
        Assert.Equal(("patch", 2), ((string)message["sticker_items"]![0]!["name"]!, (int)message["sticker_items"]![0]!["format_type"]!));
        Assert.NotNull((await Host.SendAsync("PATCH", $"{Messages}/{message["id"]}", Owner, new { content = "with words" })).Is(200).Json["sticker_items"]);

        var changed = (await Host.SendAsync("PATCH", one, Owner, new { name = "patches", description = (string?)null })).Is(200).Json;
        Assert.Equal(("patches", null, "blue"), ((string)changed["name"]!, (string?)changed["description"], (string)changed["tags"]!));
        (await Host.SendAsync("DELETE", one, Owner)).Is(204);

        (await Host.SendAsync("GET", one, Owner)).Is(404, 10060);
        (await Host.SendAsync("GET", $"/stickers/{made["id"]}", Owner)).Is(404, 10060);
        (await PostAsync(new { sticker_ids = new[] { (string)made["id"]! } })).Is(400, 50081);
        Assert.DoesNotContain(BlobOf(image), await BlobsAsync(Host));
        Assert.Equal("patch", (string)(await Host.HistoryAsync(Owner, Hall.ChannelId))[0]["sticker_items"]![0]!["name"]!);
        Assert.Equal([90, 91, 92], await AuditAsync(TestHost.Id(made["id"])));
    }

    [Fact]
    public async Task Stickers_are_checked()
    {
        (await StickerAsync("a", Samples.Png())).IsInvalid("name: BASE_TYPE_BAD_LENGTH");
        (await StickerAsync("jpeg", Samples.Jpeg(320, 320))).IsInvalid("file: IMAGE_INVALID");
        (await StickerAsync("lottie", [.. """{"v":"5.5.7","fr":60}"""u8], "sticker.json")).Is(400, 170001);
        (await StickerAsync("large", [.. Samples.Png(), .. new byte[512 << 10]])).IsInvalid("file: BINARY_TYPE_MAX_SIZE");
        var form = new MultipartFormDataContent();
        AddField(form, "name", "no file");
        (await SendFormAsync("POST", Stickers, Owner, form)).IsInvalid("file: BASE_TYPE_REQUIRED", "tags: BASE_TYPE_REQUIRED");
        (await StickerAsync("mine", Samples.Png(), caller: await NewMemberAsync())).Is(403, 50013);
        (await StickerAsync("mine", Samples.Png(), caller: await Host.RegisterAsync())).Is(404, 10004);
        for (var i = 0; i < 5; i++)
            Assert.Equal(4, (int)(await StickerAsync("many", Samples.Gif())).Is(201).Json["format_type"]!);
        (await StickerAsync("many", Samples.Gif())).Is(400, 30039);
        (await PostAsync(new { sticker_ids = new[] { "1", "2", "3", "4" } })).IsInvalid("sticker_ids: BASE_TYPE_MAX_LENGTH");
        Assert.Empty((await Host.SendAsync("GET", "/sticker-packs")).Is(200).Json["sticker_packs"]!.AsArray());
        (await Host.SendAsync("GET", "/sticker-packs/123")).Is(404, 10061);
    }

    [Fact]
    public async Task Stickers_of_other_guilds_need_the_permission_and_the_membership()
    {
        var made = (await StickerAsync("patch", Samples.Png())).Is(201).Json;
        var stranger = await Host.RegisterAsync();
        var elsewhere = await Host.CreateGuildAsync(stranger);
        var body = new { sticker_ids = new[] { (string)made["id"]! } };

        (await Host.SendAsync("POST", $"/channels/{elsewhere.ChannelId}/messages", stranger, body)).Is(400, 50081);
        await Host.JoinAsync(elsewhere, Owner);
        (await Host.SendAsync("POST", $"/channels/{elsewhere.ChannelId}/messages", Owner, body)).Is(200);
        (await Host.SendAsync("PATCH", $"/guilds/{elsewhere.Id}/roles/{elsewhere.Id}", stranger, new { permissions = ((ulong)(Permissions.DefaultEveryone & ~Permissions.UseExternalStickers)).ToString() })).Is(200);
        (await Host.SendAsync("POST", $"/channels/{elsewhere.ChannelId}/messages", Owner, body)).Is(403, 50600);
    }

    [Fact]
    public async Task A_sound_is_made_listed_changed_and_deleted()
    {
        var sound = Samples.Mp3(5.2);
        var emoji = (await Host.SendAsync("POST", Emojis, Owner, new { name = "loud", image = Samples.DataUri(Samples.Png()) })).Is(201).Json;

        var made = (await Host.SendAsync("POST", Sounds, Owner, new { name = "hush", sound = Samples.DataUri(sound, "audio/mpeg"), volume = 0.5, emoji_id = (string)emoji["id"]! })).Is(201).Json;

        Assert.Equal(("hush", 0.5, (string)emoji["id"]!, null), ((string)made["name"]!, (double)made["volume"]!, (string)made["emoji_id"]!, (string?)made["emoji_name"]));
        Assert.Equal(sound, (await FetchAsync($"/soundboard-sounds/{made["sound_id"]}")).Bytes);
        var one = $"{Sounds}/{made["sound_id"]}";
        Assert.Equal(Owner.Id, IdOf((await Host.SendAsync("GET", one, Owner)).Is(200).Json["user"]!));
        Assert.Single((await Host.SendAsync("GET", Sounds, Owner)).Is(200).Json["items"]!.AsArray());
        Assert.Empty((await Host.SendAsync("GET", "/soundboard-default-sounds", Owner)).Is(200).Json.AsArray());

        var changed = (await Host.SendAsync("PATCH", one, Owner, new { name = "hushed", volume = 1, emoji_name = "🔊" })).Is(200).Json;
        Assert.Equal(("hushed", 1.0, null, "🔊"), ((string)changed["name"]!, (double)changed["volume"]!, (string?)changed["emoji_id"], (string)changed["emoji_name"]!));
        (await Host.SendAsync("PATCH", one, await NewMemberAsync(), new { name = "mine" })).Is(403, 50013);
        (await Host.SendAsync("DELETE", one, Owner)).Is(204);

        (await Host.SendAsync("GET", one, Owner)).Is(404, 10097);
        Assert.DoesNotContain(BlobOf(sound), await BlobsAsync(Host));
        Assert.Equal([130, 131, 132], await AuditAsync(TestHost.Id(made["sound_id"])));
    }

    [Fact]
    public async Task Sounds_are_checked()
    {
        string ogg = Samples.DataUri(Samples.Ogg(1), "audio/ogg");
        (await Host.SendAsync("POST", Sounds, Owner, new { name = "long", sound = Samples.DataUri(Samples.Mp3(5.4)) })).Is(400, 50124);
        (await Host.SendAsync("POST", Sounds, Owner, new { name = "long", sound = Samples.DataUri(Samples.Ogg(5.3)) })).Is(400, 50124);
        (await Host.SendAsync("POST", Sounds, Owner, new { name = "picture", sound = Samples.DataUri(Samples.Png()) })).IsInvalid("sound: IMAGE_INVALID");
        (await Host.SendAsync("POST", Sounds, Owner, new { name = "large", sound = Samples.DataUri([.. Samples.Mp3(5), .. new byte[512 << 10]]) })).IsInvalid("sound: BINARY_TYPE_MAX_SIZE");
        (await Host.SendAsync("POST", Sounds, Owner, new { name = "empty", sound = Samples.DataUri([.. "OggS"u8, .. new byte[40]]) })).Is(400, 50110);
        (await Host.SendAsync("POST", Sounds, Owner, new { name = "x", sound = ogg })).IsInvalid("name: BASE_TYPE_BAD_LENGTH");
        (await Host.SendAsync("POST", Sounds, Owner, new { name = "loud", sound = ogg, volume = 1.1 })).IsInvalid("volume: NUMBER_TYPE_MAX");
        (await Host.SendAsync("POST", Sounds, Owner, new { name = "loud", sound = ogg, volume = "x" })).IsInvalid("volume: FLOAT_TYPE_COERCE");
        (await Host.SendAsync("POST", Sounds, Owner, new { name = "face", sound = ogg, emoji_id = "5" })).IsInvalid("emoji_id: EMOJI_INVALID");
        (await Host.SendAsync("POST", Sounds, Owner, new { name = "none" })).IsInvalid("sound: BASE_TYPE_REQUIRED");
        (await Host.SendAsync("POST", Sounds, await NewMemberAsync(), new { name = "mine", sound = ogg })).Is(403, 50013);
        for (var i = 0; i < 8; i++)
            Assert.Equal(1.0, (double)(await Host.SendAsync("POST", Sounds, Owner, new { name = "many", sound = ogg })).Is(201).Json["volume"]!);
        (await Host.SendAsync("POST", Sounds, Owner, new { name = "many", sound = ogg })).Is(400, 30045);
    }

    [Fact]
    public async Task They_survive_a_restart()
    {
        var place = await Site.NewPlaceAsync();
        Account owner;
        Hall hall;
        JsonNode emoji;
        await using (var host = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false")))
        {
            owner = await host.RegisterAsync();
            hall = await host.CreateGuildAsync(owner);
            emoji = (await host.SendAsync("POST", $"/guilds/{hall.Id}/emojis", owner, new { name = "kept", image = Samples.DataUri(Samples.Png()) })).Is(201).Json;
        }

        await using (var host = await TestHost.StartAsync(place, ("RateLimits:Enabled", "false")))
            Assert.True(JsonNode.DeepEquals(emoji, (await host.SendAsync("GET", $"/guilds/{hall.Id}/emojis/{emoji["id"]}", owner)).Is(200).Json));
    }

    private async Task<Answer> StickerAsync(string name, byte[] image, string filename = "sticker.png", Account? caller = null)
    {
        var form = new MultipartFormDataContent();
        AddField(form, "name", name);
        AddField(form, "description", "a patch");
        AddField(form, "tags", "blue");
        form.Add(new ByteArrayContent(image), "file", filename);
        return await SendFormAsync("POST", Stickers, caller ?? Owner, form);
    }

    private async Task GrantAsync(Account member, Permissions permissions)
    {
        var role = (await Host.SendAsync("POST", $"/guilds/{Hall.Id}/roles", Owner, new { name = "with", permissions = ((ulong)permissions).ToString() })).Is(200).Json;
        (await Host.SendAsync("PUT", $"/guilds/{Hall.Id}/members/{member.Id}/roles/{role["id"]}", Owner)).Is(204);
    }

    // The actions that were written down of a target, the first one first.
    private async Task<IEnumerable<long>> AuditAsync(Snowflake target) =>
        await Host.Database.QueryAsync("SELECT action_type FROM audit_log WHERE target_id = $1 ORDER BY id", row => row.GetInt64(0), target.ToString());
}

public sealed class SqliteExpressionTests(SqliteSite site) : ExpressionTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresExpressionTests(PostgresSite site) : ExpressionTests(site), IClassFixture<PostgresSite>;
