from pipeline.web.campaign import Campaign


def test_running_server_goes_by_the_file_as_it_is_now(campaign):
    running = Campaign(campaign.config)
    text = campaign.file.read_text(encoding="utf-8")
    campaign.file.write_text(text.replace('name = "Thanh niên"', 'name = "Tuổi trẻ"'), encoding="utf-8")
    assert running.config.topics[1].name == "Tuổi trẻ"


def test_file_with_faults_changes_nothing_until_it_is_mended(campaign):
    before = campaign.config
    running = Campaign(before)
    text = campaign.file.read_text(encoding="utf-8")
    campaign.file.write_text(f"{text}\n[[topic]]\nid = ", encoding="utf-8")
    assert running.config is before
    campaign.file.write_text(f"{text}\n# xong\n", encoding="utf-8")
    assert running.config.sha256 == campaign.config.sha256
