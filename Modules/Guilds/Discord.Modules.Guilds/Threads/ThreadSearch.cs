using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>GET /channels/{channel_id}/threads/search: the threads of a channel by name, tags and state; limit 1 to 25, default 25.</summary>
/// <remarks>
/// Every word of the name has to occur, in whatever order and case, so that slop allows nothing more. Needs READ_MESSAGE_HISTORY; private threads
/// are found by those who see them.
/// </remarks>
internal sealed class ThreadSearch(ThreadReading reading, ThreadStore store) : IEndpoint
{
    private const int MaxPage = 25;
    private const int MaxOffset = 9975;
    private const int MaxTags = 20;

    public Route Route => Route.Get("thread_search", "/channels/{channel_id}/threads/search");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var form = request.Query;
        var name = form.String("name", 0, 100) ?? "";
        form.Int("slop", 0, 100);
        var tags = request.Http.Request.Query["tag"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(text => Snowflake.TryParse(text, out var id) ? id : default).ToList();
        if (tags.Contains(default))
            form.Fail("tag", "NUMBER_TYPE_COERCE", "Value is not snowflake.");
        if (tags.Count > MaxTags)
            form.Fail("tag", "BASE_TYPE_MAX_LENGTH", $"Must be {MaxTags} or fewer in length.");
        var matching = Choice(form, "tag_setting", "match_some", "match_all");
        var sort = Choice(form, "sort_by", "last_message_time", "relevance", "creation_time", "archive_time");
        var order = Choice(form, "sort_order", "desc", "asc");
        var query = new ThreadSearchQuery(
            request.Id("channel_id"), name.Split(' ', StringSplitOptions.RemoveEmptyEntries), tags, matching == "match_all", form.Bool("archived"), form.Id("min_id"), form.Id("max_id"), null,
            sort switch { "last_message_time" => ThreadSort.LastMessage, "archive_time" => ThreadSort.Archived, _ => ThreadSort.Created }, order == "asc",
            form.Int("offset", 0, MaxOffset) ?? 0, form.Int("limit", 1, MaxPage) ?? MaxPage);
        if (form.Error is { } invalid)
            return invalid;
        var parent = await reading.ParentAsync(query.ParentId, request.UserId);
        if (parent.Error is { } refused)
            return refused;
        var (page, total) = await store.SearchAsync(parent.Value.Has(Permissions.ManageThreads) ? query : query with { OnlyPrivateOf = request.UserId });
        var list = await reading.WriteAsync(page, query.Limit, request.UserId);
        return Reply.Ok(list with { HasMore = total > query.Offset + page.Count, TotalResults = total });
    }

    /// <summary>One of some words; the first when none was sent.</summary>
    private static string Choice(Form form, string name, params ReadOnlySpan<string> choices)
    {
        var value = form.String(name) ?? choices[0];
        if (!choices.Contains(value))
            form.Fail(name, "BASE_TYPE_CHOICES", $"Value must be one of ({string.Join(", ", choices.ToArray().Select(choice => $"'{choice}'"))}).");
        return value;
    }
}
