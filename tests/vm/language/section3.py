"""3. cd, pwd, prompt. The prompts themselves are in test_language.py, on the serial line."""

from language.case import Case, error


def pwd(name: str, directory: str, shown: str, **more) -> Case:
    return Case("3", name, [f"cd {directory}", "pwd"], wants=[{"output": f"{shown}\n"}], **more)


CASES = [
    Case("3", "starts_in_kboots_root", ["pwd"], wants={"output": "//\n"}, typed=True),
    Case("3", "cd_alone_goes_to_kboots_root", ["cd /boot", "cd", "pwd"], wants={"output": "//\n"}, typed=True),
    pwd("cd_to_kboots_root", "//", "//", typed=True),
    pwd("cd_to_the_booted_root", "/", "/", typed=True),
    pwd("cd_into_the_booted_system", "/boot", "/boot", typed=True),
    pwd("cd_into_kboots_root", "//tmp", "///tmp", typed=True),
    pwd("cd_to_a_device", "sda6:", "/dev/sda6:/", typed=True),
    pwd("cd_to_a_folder_of_a_device", "sda6:kernels", "/dev/sda6:/kernels", typed=True),
    pwd("cd_to_a_tag", "LABEL=lab-data:/kernels", "LABEL=lab-data:/kernels"),
    pwd("cd_to_nfs", "server:/export/kernels", "server:/export/kernels/", typed=True, guest="nfs"),
    Case("3", "cd_up", ["cd sda6:/kernels", "cd ..", "pwd"], wants={"output": "/dev/sda6:/\n"}),
    Case("3", "cd_down", ["cd sda6:/", "cd kernels", "pwd"], wants={"output": "/dev/sda6:/kernels\n"}),
    Case(
        "3", "cd_up_on_nfs", ["cd server:/export/kernels", "cd ..", "pwd"], wants={"output": "server:/export/\n"},
        guest="nfs",
    ),
    Case(
        "3", "cd_through_a_link", ["cd /srv/link", "pwd"], says="/srv/link is a link to data/d",
        wants={"output": "/srv/data/d\n"},
    ),
    Case("3", "cd_to_a_missing_place", ["cd /boot", "cd /nowhere"], wants=error("/nowhere: no such"), typed=True),
    Case(
        "3", "cd_to_a_missing_place_stays", ["cd /boot", "cd sub/nowhere", "pwd"],
        wants=[error("sub/nowhere"), {"output": "/boot\n"}],
    ),
    Case(
        "3", "cd_to_a_missing_device_stays", ["cd /boot", "cd sdz9:", "pwd"],
        wants=[error("sdz9:.*no such device"), {"output": "/boot\n"}],
    ),
    Case(
        "3", "cd_to_a_file_stays", ["cd /boot", "cd k", "pwd"],
        wants=[error("k: not a directory"), {"output": "/boot\n"}],
    ),
    Case("3", "cd_to_a_url_stays", ["cd http://WEB/", "pwd"], wants=[error("http://WEB/"), {"output": "//\n"}]),
]
