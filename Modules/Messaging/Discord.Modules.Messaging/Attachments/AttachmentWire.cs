using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.BuildingBlocks.Files;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Attachments;

/// <summary>Joins attachments to messages with addresses that can be read now, also where embeds and components name them.</summary>
internal sealed class AttachmentWire(IAttachments attachments, IPublicAddress address)
{
    private const string Reference = "attachment://";

    /// <summary>A message with its attachments, or with those of what it forwards; their addresses are for the answer to this request.</summary>
    public Message Join(Message message, StoredMessage stored)
    {
        if (stored.Extras is not { HasFiles: true } extras)
            return message;
        if (extras.Snapshot is { } source && message.MessageSnapshots is [{ Message: var forwarded }])
        {
            var (files, embeds, components) = Resolve(source, new Parts([], forwarded.Embeds, forwarded.Components));
            return message with { ShowsFiles = true, MessageSnapshots = [new MessageSnapshot(forwarded with { Attachments = files, Embeds = embeds, Components = components })] };
        }

        var own = Resolve(stored, new Parts([], message.Embeds, message.Components));
        return message with { ShowsFiles = true, Attachments = own.Files, Embeds = own.Embeds, Components = own.Components };
    }

    /// <summary>The same message with addresses for everybody: what this request called the server is the business of nobody else.</summary>
    public Message ForEverybody(Message message)
    {
        if (address.ForAnswer == address.ForEverybody)
            return message;
        if (message.ReferencedMessage?.Message is { } answered)
            message = message with { ReferencedMessage = new Referenced(ForEverybody(answered)) };
        if (!message.ShowsFiles)
            return message;
        if (message.MessageSnapshots is [{ Message: var forwarded }])
        {
            var (files, embeds, components) = Move(new Parts(forwarded.Attachments, forwarded.Embeds, forwarded.Components));
            return message with { MessageSnapshots = [new MessageSnapshot(forwarded with { Attachments = files, Embeds = embeds, Components = components })] };
        }

        var own = Move(new Parts(message.Attachments, message.Embeds, message.Components));
        return message with { Attachments = own.Files, Embeds = own.Embeds, Components = own.Components };
    }

    /// <summary>Marks the files that embeds or components show.</summary>
    public static IReadOnlyList<StoredAttachment> Mark(IEnumerable<StoredAttachment> files, IEnumerable<JsonElement> showing)
    {
        var names = new HashSet<string>();
        foreach (var element in showing)
        {
            Rewrite(JsonNode.Parse(element.GetRawText()), url =>
            {
                if (NameOf(url) is { } name)
                    names.Add(name);
                return null;
            });
        }

        return [.. files.Select(file => file with { Embedded = names.Contains(file.Filename) ? true : null })];
    }

    // Where the embeds and components of a message name its files, and the files that they do not name.
    private Parts Resolve(StoredMessage stored, Parts parts)
    {
        var shown = (stored.Extras?.Attachments ?? []).Select(file => (File: file, Url: address.ForAnswer + attachments.Sign(file.ChannelId ?? stored.ChannelId, file.Id, file.Filename))).ToList();
        IReadOnlyList<Attachment> files = [.. shown.Where(pair => pair.File.Embedded is null).Select(pair => Write(pair.File, pair.Url))];
        if (files.Count == shown.Count)
            return parts with { Files = files };
        // Of two files of one name the first is meant.
        var urls = shown.Where(pair => pair.File.Embedded == true).DistinctBy(pair => pair.File.Filename).ToDictionary(pair => pair.File.Filename, pair => pair.Url);
        string? Replace(string url) => NameOf(url) is { } name ? urls.GetValueOrDefault(name) : null;
        return new Parts(files, Rewrite(parts.Embeds, Replace), Rewrite(parts.Components, Replace));
    }

    private Parts Move(Parts parts)
    {
        var (from, to) = (address.ForAnswer, address.ForEverybody);
        string? Replace(string url) => url.StartsWith($"{from}/attachments/", StringComparison.Ordinal) ? to + url[from.Length..] : null;
        return new Parts([.. parts.Files.Select(file => file with { Url = Replace(file.Url) ?? file.Url })], Rewrite(parts.Embeds, Replace), Rewrite(parts.Components, Replace));
    }

    private static Attachment Write(StoredAttachment file, string url) => new()
    {
        Id = file.Id,
        Filename = file.Filename,
        Title = file.Title,
        Size = file.Size,
        Url = url,
        ContentType = file.ContentType,
        Width = file.Width,
        Height = file.Height,
        Description = file.Description,
        DurationSecs = file.DurationSecs,
        Waveform = file.Waveform,
        Flags = file.Flags,
    };

    // Clients name a file as they sent it: what was taken out of its name is taken out here, too.
    private static string? NameOf(string url) => url.StartsWith(Reference, StringComparison.Ordinal) ? Filenames.Clean(url[Reference.Length..]) : null;

    private static List<JsonElement> Rewrite(IReadOnlyList<JsonElement> elements, Func<string, string?> replace) => [.. elements.Select(element =>
    {
        var node = JsonNode.Parse(element.GetRawText());
        Rewrite(node, replace);
        return JsonSerializer.SerializeToElement(node, ProtocolJson.Options);
    })];

    private static void Rewrite(JsonNode? node, Func<string, string?> replace)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
                Rewrite(item, replace);
        }
        else if (node is JsonObject fields)
        {
            foreach (var (name, value) in fields.ToList())
            {
                if (name.EndsWith("url", StringComparison.Ordinal) && value is JsonValue text && text.TryGetValue<string>(out var url))
                    fields[name] = replace(url) ?? url;
                else
                    Rewrite(value, replace);
            }
        }
    }

    private sealed record Parts(IReadOnlyList<Attachment> Files, IReadOnlyList<JsonElement> Embeds, IReadOnlyList<JsonElement> Components);
}
