using System.Text.Json.Serialization;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Widgets;

/// <summary>The published WidgetSettingsResponse.</summary>
internal sealed record WidgetSettings(bool Enabled, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Snowflake? ChannelId)
{
    public static WidgetSettings Of(Guild settings) => new(settings.WidgetEnabled, settings.WidgetChannelId);
}
