using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Integrations.Storage;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Integrations.Applications;

/// <summary>Changes an application: the routes by id and by @me end here.</summary>
/// <remarks>Source: Discord docs, Resources, Application, "Edit Current Application": only the limited privileged-intent flags can be set.</remarks>
internal sealed class ApplicationChange(ApplicationStore store, ApplicationWire wire, IImages images, Database database, Lanes lanes)
{
    public async ValueTask<Reply> UpdateAsync(ApiRequest request, Func<ValueTask<Result<StoredApplication>>> find)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var name = form.String("name", 2, 32);
        var description = form.String("description", 0, 400, nullable: true);
        var flags = form.Int("flags", 0);
        var isPublic = form.Bool("bot_public");
        var requireCodeGrant = form.Bool("bot_require_code_grant");
        var redirects = Texts(form, "redirect_uris", 10, 1024);
        var tags = Texts(form, "tags", 5, 20);
        var terms = form.String("terms_of_service_url", 0, 1024, nullable: true);
        var privacy = form.String("privacy_policy_url", 0, 1024, nullable: true);
        var install = form.String("custom_install_url", 0, 2048, nullable: true);
        using var icon = await images.ReadAsync(form, "icon", ImageKind.ApplicationIcon, request.Cancelled);
        using var cover = await images.ReadAsync(form, "cover_image", ImageKind.ApplicationCover, request.Cancelled);
        if (form.Error is { } invalid)
            return invalid;
        var found = await find();
        if (found.Error is { } refused)
            return refused;
        using var turn = await lanes[found.Value.Id].EnterAsync(request.Cancelled);
        if (await store.FindAsync(found.Value.Id) is not { } old)
            return ApiError.UnknownApplication;
        var changed = old with
        {
            Name = name ?? old.Name,
            Icon = icon.Or(old.Icon),
            CoverImage = cover.Or(old.CoverImage),
            Description = form.Has("description") ? description ?? "" : old.Description,
            Flags = flags is null ? old.Flags : (old.Flags & ~ApplicationFlags.Settable) | ((ApplicationFlags)flags & ApplicationFlags.Settable),
            BotPublic = isPublic ?? old.BotPublic,
            BotRequireCodeGrant = requireCodeGrant ?? old.BotRequireCodeGrant,
            RedirectUris = redirects ?? old.RedirectUris,
            Tags = tags ?? old.Tags,
            TermsOfServiceUrl = form.Has("terms_of_service_url") ? terms : old.TermsOfServiceUrl,
            PrivacyPolicyUrl = form.Has("privacy_policy_url") ? privacy : old.PrivacyPolicyUrl,
            CustomInstallUrl = form.Has("custom_install_url") ? install : old.CustomInstallUrl,
        };
        var unit = ApplicationStore.Save(new WriteUnit(), changed);
        icon.Keep(unit, old.Id, old.Icon);
        cover.Keep(unit, old.Id, old.CoverImage);
        await database.CommitAsync(unit);
        return Reply.Ok(await wire.WriteAsync(changed, isPrivate: true));
    }

    private static List<string>? Texts(Form form, string name, int max, int maxLength)
    {
        if ((form.IsNull(name) ? [] : form.List(name, max)) is not { } items)
            return null;
        var texts = new List<string>();
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].ValueKind == System.Text.Json.JsonValueKind.String && items[i].GetString()!.Length <= maxLength)
                texts.Add(items[i].GetString()!);
            else
                form.Fail($"{name}.{i}", "BASE_TYPE_MAX_LENGTH", $"Must be a string of {maxLength} or fewer in length.");
        }

        return texts;
    }
}
