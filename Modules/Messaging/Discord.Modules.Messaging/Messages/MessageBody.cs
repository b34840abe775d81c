using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Attachments;
using Discord.Modules.Messaging.Components;
using Discord.Modules.Messaging.Polls;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Messages;

/// <summary>What somebody wants to post or to change: the fields of create_message and update_message, checked for their form.</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Create Message", "Embed Limits"; protocol.md 2.5.</remarks>
internal sealed record MessageBody : IDisposable
{
    public const int MaxContentLength = 2000;
    public const int MaxEmbeds = 10;
    public const int MaxEmbedText = 6000;
    private const int MaxNonceLength = 25;
    private const int MaxStickers = 3;

    /// <summary>What a sender may set; the other flags are the platform's.</summary>
    public const MessageFlags Settable = MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsVoiceMessage | MessageFlags.IsComponentsV2;

    /// <summary>Null: not sent.</summary>
    public string? Content { get; init; }
    public IReadOnlyList<JsonElement>? Embeds { get; init; }
    public IReadOnlyList<JsonElement>? Components { get; init; }
    public MessageFlags? Flags { get; init; }
    public bool Tts { get; init; }
    public JsonElement? Nonce { get; init; }
    public bool EnforceNonce { get; init; }
    public AllowedMentions? AllowedMentions { get; init; }
    public Snowflake? ReplyTo { get; init; }
    public bool FailIfNotExists { get; init; } = true;
    public Forward? Forward { get; init; }
    public PollForm? Poll { get; init; }

    public IReadOnlyList<Snowflake> StickerIds { get; init; } = [];
    /// <summary>The stickers of these ids, once they were looked up.</summary>
    public IReadOnlyList<FoundSticker> Stickers { get; init; } = [];
    /// <summary>The form that it was read from: what was sent at all.</summary>
    public required Form Form { get; init; }
    /// <summary>Files to attach.</summary>
    public IReadOnlyList<NewAttachment> Added { get; init; } = [];
    /// <summary>In an edit: the attachments that stay; null: all.</summary>
    public IReadOnlyList<KeptAttachment>? Kept { get; init; }

    public bool IsEmpty => HasFilesOnly && Added.Count == 0;

    /// <summary>Nothing is in it but, maybe, files.</summary>
    public bool HasFilesOnly => string.IsNullOrWhiteSpace(Content) && Embeds is null or { Count: 0 } && Components is null or { Count: 0 } && Poll is null && Forward is null && StickerIds.Count == 0 && Stickers.Count == 0;

    /// <summary>Lets the files go: what was kept by a commit stays.</summary>
    public void Dispose()
    {
        foreach (var attachment in Added)
            attachment.File.Dispose();
    }

    /// <summary>The body of a new message: its components are of the kind that its flags say.</summary>
    public static MessageBody ReadNew(Form form)
    {
        var body = Read(form);
        ComponentForm.CheckVersion(form, body.Components ?? [], body.Flags?.HasFlag(MessageFlags.IsComponentsV2) == true);
        return body;
    }

    public static MessageBody Read(Form form)
    {
        var reference = form.IsNull("message_reference") ? null : form.Object("message_reference");
        var nonce = ReadNonce(form);
        var isForward = reference?.Choice("type", MessageReference.Reply, MessageReference.Forward) == MessageReference.Forward;
        var referred = reference?.Id("message_id", required: true);
        return new MessageBody
        {
            Form = form,
            Content = form.IsNull("content") ? "" : form.String("content", 0, MaxContentLength),
            Embeds = form.IsNull("embeds") ? [] : ReadEmbeds(form),
            Components = form.IsNull("components") ? [] : ComponentForm.Read(form),
            Flags = form.Int("flags", 0) is { } flags ? (MessageFlags)flags & Settable : null,
            Tts = form.Bool("tts") ?? false,
            StickerIds = form.IsNull("sticker_ids") ? [] : [.. (form.Ids("sticker_ids", MaxStickers) ?? []).Distinct()],
            Nonce = nonce,
            EnforceNonce = form.Bool("enforce_nonce") ?? false,
            AllowedMentions = form.IsNull("allowed_mentions") ? null : AllowedMentions.Read(form),
            ReplyTo = isForward ? null : referred,
            Forward = isForward && reference!.Id("channel_id", required: true) is { } channel && referred is { } message ? new Forward(channel, message) : null,
            Poll = PollForm.Read(form),
            FailIfNotExists = reference?.Bool("fail_if_not_exists") ?? true,
        };
    }

    private static JsonElement? ReadNonce(Form form)
    {
        if (!form.Has("nonce") || form.IsNull("nonce"))
            return null;
        var nonce = form.Json.GetProperty("nonce");
        if (nonce.ValueKind == JsonValueKind.Number && nonce.TryGetInt64(out _))
            return nonce.Clone();
        return form.String("nonce", 0, MaxNonceLength) is { Length: > 0 } ? nonce.Clone() : null;
    }

    private static List<JsonElement>? ReadEmbeds(Form form)
    {
        if (form.Items("embeds", MaxEmbeds) is not { } embeds)
            return null;
        var total = 0;
        var read = new List<JsonElement>(embeds.Count);
        foreach (var embed in embeds)
        {
            if (embed.Json.ValueKind != JsonValueKind.Object)
                continue;
            total += Length(embed.String("title", 0, 256, nullable: true)) + Length(embed.String("description", 0, 4096, nullable: true));
            embed.Int("color", 0, 0xFFFFFF, nullable: true);
            embed.Time("timestamp", nullable: true);
            Links.Read(embed, "url", file: false);
            if (embed.Object("author") is { } author)
            {
                total += Length(author.String("name", 0, 256, required: true));
                Links.Read(author, "url", file: false);
                Links.Read(author, "icon_url");
            }

            if (embed.Object("footer") is { } footer)
            {
                total += Length(footer.String("text", 0, 2048, required: true));
                Links.Read(footer, "icon_url");
            }

            foreach (var name in (ReadOnlySpan<string>)["image", "thumbnail"])
            {
                if (embed.Object(name) is { } media)
                    Links.Read(media, "url");
            }

            foreach (var field in embed.Items("fields", 25) ?? [])
                total += Length(field.String("name", 1, 256, required: true)) + Length(field.String("value", 1, 1024, required: true));
            read.Add(AsSent(embed.Json));
        }

        if (total > MaxEmbedText)
            form.Fail("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
        return read;
    }

    private static int Length(string? text) => text?.Length ?? 0;

    // What only the platform may say is dropped; null fields are left out, because libraries take a null for an object.
    private static JsonElement AsSent(JsonElement embed)
    {
        var json = JsonObject.Create(embed)!;
        foreach (var name in json.Where(field => field.Value is null).Select(field => field.Key).Concat(["provider", "video"]).ToList())
            json.Remove(name);
        json["type"] = "rich";
        return JsonSerializer.SerializeToElement(json, ProtocolJson.Options);
    }
}

/// <summary>Which message a forward shows.</summary>
internal sealed record Forward(Snowflake ChannelId, Snowflake MessageId);

/// <summary>Which of a text's mentions may ping.</summary>
/// <param name="Parse">"users", "roles", "everyone".</param>
internal sealed record AllowedMentions(IReadOnlySet<string> Parse, IReadOnlySet<Snowflake> Users, IReadOnlySet<Snowflake> Roles, bool RepliedUser)
{
    private const int MaxIds = 100;

    public static AllowedMentions? Read(Form form)
    {
        if (form.Object("allowed_mentions") is not { } allowed)
            return null;
        var parse = new HashSet<string>();
        var listed = (allowed.IsNull("parse") ? null : allowed.List("parse")) ?? [];
        for (var i = 0; i < listed.Count; i++)
        {
            if (listed[i].ValueKind == JsonValueKind.String && listed[i].GetString() is "users" or "roles" or "everyone")
                parse.Add(listed[i].GetString()!);
            else
                allowed.Fail($"parse.{i}", "BASE_TYPE_CHOICES", "Value must be one of ('users', 'roles', 'everyone').");
        }

        var users = (allowed.IsNull("users") ? null : allowed.Ids("users", MaxIds)) ?? [];
        var roles = (allowed.IsNull("roles") ? null : allowed.Ids("roles", MaxIds)) ?? [];
        if (parse.Contains("users") && users.Count > 0)
            allowed.Fail("users", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", "parse:[\"users\"] and users: [ids...] are mutually exclusive.");
        if (parse.Contains("roles") && roles.Count > 0)
            allowed.Fail("roles", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", "parse:[\"roles\"] and roles: [ids...] are mutually exclusive.");
        return new AllowedMentions(parse, users.ToHashSet(), roles.ToHashSet(), allowed.Bool("replied_user") ?? false);
    }
}
