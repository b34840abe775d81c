using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Threads;

/// <summary>The fields with which a thread is started.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Start Thread".</remarks>
internal static class ThreadBody
{
    private const int MaxName = 100;
    private const int MaxSlowmode = 21_600;
    private const int MaxTags = 5;

    public static WantedThread Read(Form form, Snowflake? messageId = null)
    {
        var name = form.String("name", 1, MaxName, required: true)?.Trim() ?? "";
        if (name.Length == 0 && form.Error is null)
            form.Fail("name", "BASE_TYPE_REQUIRED", "This field is required");
        return new WantedThread(
            name,
            messageId is null ? (ChannelType?)form.Choice("type", 10, 11, 12) : null,
            form.Choice("auto_archive_duration", 60, 1440, 4320, 10_080),
            form.Int("rate_limit_per_user", 0, MaxSlowmode, nullable: true),
            form.Bool("invitable"),
            form.Ids("applied_tags", MaxTags)?.Distinct().ToList() ?? [],
            messageId);
    }
}
